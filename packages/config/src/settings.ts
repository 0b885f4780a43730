/** How what is written for a setting becomes a value. */
export type SettingType = 'string' | 'boolean' | 'list' | 'integer' | 'duration'

/** One row of the table of settings. */
export interface Setting {
  /** How what is written becomes a value. */
  readonly type: SettingType
  /** Its path in a YAML file. Absent: it cannot be set there. */
  readonly yaml?: string
  /** The value where nobody sets one. Absent: there is none. */
  readonly default?: string | boolean | number | readonly string[]
  /** Its value is never shown. */
  readonly secret?: true
  /** The client of Flyte that introduced it. */
  readonly by: 'flytekit 0.16' | 'flytekit' | 'flytectl'
}

/**
 * The table of settings, by `section.option`. The environment name of each is `FLYTE_<SECTION>_<OPTION>`, its place in an INI
 * file `[section] option`.
 *
 * Sources: flytekit `configuration/internal.py`, flytekit 0.16 `configuration/{platform,creds}.py`, and for the section
 * `admin` and its defaults flyteidl `clients/go/admin/config.go`. Where the clients of Flyte disagree on a default there is
 * none here, so that the server's word or a clear error follows.
 */
export const settings = {
  'platform.url': { type: 'string', yaml: 'admin.endpoint', by: 'flytekit 0.16' },
  'platform.http_url': { type: 'string', by: 'flytekit 0.16' },
  'platform.insecure': { type: 'boolean', yaml: 'admin.insecure', default: false, by: 'flytekit 0.16' },
  'platform.insecure_skip_verify': {
    type: 'boolean',
    yaml: 'admin.insecureSkipVerify',
    default: false,
    by: 'flytekit',
  },
  'platform.ca_cert_file_path': { type: 'string', yaml: 'admin.caCertFilePath', by: 'flytekit' },
  'platform.console_endpoint': { type: 'string', yaml: 'console.endpoint', by: 'flytekit' },
  'platform.http_proxy_url': { type: 'string', yaml: 'admin.httpProxyURL', by: 'flytekit' },
  'platform.auth': { type: 'boolean', default: false, by: 'flytekit 0.16' },
  'platform.cloud_provider': { type: 'string', default: 'aws', by: 'flytekit 0.16' },
  'credentials.client_id': { type: 'string', yaml: 'admin.clientId', by: 'flytekit 0.16' },
  'credentials.redirect_uri': { type: 'string', by: 'flytekit 0.16' },
  'credentials.authorization_metadata_key': {
    type: 'string',
    yaml: 'admin.authorizationHeader',
    by: 'flytekit 0.16',
  },
  'credentials.client_secret': { type: 'string', secret: true, by: 'flytekit 0.16' },
  'credentials.client_secret_location': { type: 'string', yaml: 'admin.clientSecretLocation', by: 'flytekit' },
  'credentials.client_secret_env_var': { type: 'string', yaml: 'admin.clientSecretEnvVar', by: 'flytekit' },
  'credentials.auth_mode': { type: 'string', yaml: 'admin.authType', default: 'standard', by: 'flytekit 0.16' },
  'credentials.scope': { type: 'string', by: 'flytekit 0.16' },
  'credentials.scopes': { type: 'list', yaml: 'admin.scopes', default: [], by: 'flytekit' },
  'credentials.audience': { type: 'string', yaml: 'admin.audience', by: 'flytekit' },
  'credentials.command': { type: 'list', yaml: 'admin.command', by: 'flytekit' },
  'credentials.proxy_command': { type: 'list', yaml: 'admin.proxyCommand', by: 'flytekit' },
  'local.project': { type: 'string', yaml: 'task.project', by: 'flytekit' },
  'local.domain': { type: 'string', yaml: 'task.domain', by: 'flytekit' },
  'local.org': { type: 'string', yaml: 'task.org', by: 'flytekit' },
  'admin.token_url': { type: 'string', yaml: 'admin.tokenUrl', by: 'flytectl' },
  'admin.max_retries': { type: 'integer', yaml: 'admin.maxRetries', default: 4, by: 'flytectl' },
  'admin.per_retry_timeout': { type: 'duration', yaml: 'admin.perRetryTimeout', default: '15s', by: 'flytectl' },
  'admin.max_backoff_delay': { type: 'duration', yaml: 'admin.maxBackoffDelay', default: '8s', by: 'flytectl' },
  'admin.token_refresh_window': { type: 'duration', yaml: 'admin.tokenRefreshWindow', default: '0s', by: 'flytectl' },
  'admin.use_audience_from_admin': {
    type: 'boolean',
    yaml: 'admin.useAudienceFromAdmin',
    default: false,
    by: 'flytectl',
  },
  'admin.pkce_timeout': { type: 'duration', yaml: 'admin.pkceConfig.timeout', default: '2m', by: 'flytectl' },
  'admin.pkce_refresh_time': { type: 'duration', yaml: 'admin.pkceConfig.refreshTime', default: '5m', by: 'flytectl' },
  'admin.device_flow_timeout': {
    type: 'duration',
    yaml: 'admin.deviceFlowConfig.timeout',
    default: '10m',
    by: 'flytectl',
  },
  'admin.device_flow_refresh_time': {
    type: 'duration',
    yaml: 'admin.deviceFlowConfig.refreshTime',
    default: '5m',
    by: 'flytectl',
  },
  'admin.device_flow_poll_interval': {
    type: 'duration',
    yaml: 'admin.deviceFlowConfig.pollInterval',
    default: '5s',
    by: 'flytectl',
  },
} as const satisfies Record<string, Setting>

/** The name of a setting, as `section.option`. */
export type SettingName = keyof typeof settings

/** What the settings of each type hold. A duration is text as Go writes it; the view has milliseconds. */
interface ValueOfType {
  string: string
  boolean: boolean
  list: readonly string[]
  integer: number
  duration: string
}

/** The value of a setting, typed by the table: `undefined` where it has no default and nobody set it. */
export type SettingValue<Name extends SettingName> =
  | ValueOfType[(typeof settings)[Name]['type']]
  | ((typeof settings)[Name] extends { default: unknown } ? never : undefined)

/**
 * The environment variable of a setting.
 *
 * @param name - e.g. `credentials.client_id`
 * @returns e.g. `FLYTE_CREDENTIALS_CLIENT_ID`
 *
 * @example
 * ```ts
 * import { environmentName } from '@flyte-js/config'
 *
 * console.error(`Set ${environmentName('platform.url')}`) // Set FLYTE_PLATFORM_URL
 * ```
 */
export function environmentName(name: SettingName): string {
  return `FLYTE_${name.replace('.', '_').toUpperCase()}`
}
