/** How the text of a setting becomes a value. */
export type SettingType = 'string' | 'boolean' | 'list'

/** One row of the table of settings. */
export interface Setting {
  /** How its text becomes a value. */
  readonly type: SettingType
  /** The value where nobody sets one, as flytekit has it. Absent: there is none. */
  readonly default?: string | boolean | readonly string[]
  /** Its value is never shown. */
  readonly secret?: true
}

/**
 * The table of settings, by `section.option`. The environment name of each is `FLYTE_<SECTION>_<OPTION>`.
 *
 * Source: flytekit `configuration/internal.py` and, for `platform.auth` and `credentials.scope`, flytekit 0.16
 * `configuration/{platform,creds}.py`. Where the clients of Flyte disagree on a default there is none here, so that the
 * server's word or a clear error follows.
 */
export const settings = {
  'platform.url': { type: 'string' },
  'platform.insecure': { type: 'boolean', default: false },
  'platform.auth': { type: 'boolean', default: false },
  'credentials.client_id': { type: 'string' },
  'credentials.client_secret': { type: 'string', secret: true },
  'credentials.auth_mode': { type: 'string', default: 'standard' },
  'credentials.scope': { type: 'string' },
  'credentials.scopes': { type: 'list', default: [] },
  'credentials.audience': { type: 'string' },
  'credentials.authorization_metadata_key': { type: 'string' },
} as const satisfies Record<string, Setting>

/** The name of a setting, as `section.option`. */
export type SettingName = keyof typeof settings

/** What the settings of each type hold. */
interface ValueOfType {
  string: string
  boolean: boolean
  list: readonly string[]
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
 */
export function environmentName(name: SettingName): string {
  return `FLYTE_${name.replace('.', '_').toUpperCase()}`
}
