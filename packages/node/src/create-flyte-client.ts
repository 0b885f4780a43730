import { type AdminClient, createAdminClient } from '@flyte-js/admin'
import { type ExecutionId, type WaitOptions, waitForExecution } from '@flyte-js/admin/executions'
import { basicAuthTokens } from '@flyte-js/basic-auth/node'
import { type ConfigOverrides, type FlyteConfig, httpBaseUrl } from '@flyte-js/config'
import { type LoadConfigOptions, loadConfig } from '@flyte-js/config/node'
import {
  authorizationHeader,
  type Clock,
  ConfigError,
  defined,
  type EventListener,
  type HttpTransport,
  type TokenSource,
  type TokenStore,
} from '@flyte-js/core'
import { createAgents, createNodeFetch, nodeHttpTransport } from '@flyte-js/core/node'
import type { Execution } from '@flyte-js/idl'

/** What {@link createFlyteClient} can be told; everything has its default from the environment. */
export interface FlyteClientOptions {
  /** The environment. Default: the process's own. */
  env?: LoadConfigOptions['env']
  /** The profile: `~/.flyte/config.<profile>.yaml`. Default: the variable `FLYTE_PROFILE`. */
  profile?: string
  /** Values that win over the environment, by section, e.g. `{ platform: { url: 'flyte.example.com' } }`. */
  config?: ConfigOverrides
  /** Who has tokens, from the first call on, instead of the login that the configuration describes. */
  tokenSource?: TokenSource
  /** Where tokens live between runs, e.g. `fileStore()` of `@flyte-js/token-store/file`. Default: in memory. */
  store?: TokenStore
  /** How calls reach the network. Default: `node:http` on agents that OAuth shares. */
  transport?: HttpTransport
  /** Milliseconds until a call is given up. Default 15,000, as flytectl's per-try timeout. */
  timeout?: number
  /** Hears of logins and calls. */
  onEvent?: EventListener
  /** The clock of expiry. Default: the system's. */
  clock?: Clock
}

/** Flyte Admin and the login to it. */
export interface FlyteClient extends AdminClient {
  /** The base URL of Flyte Admin, without a slash at its end. */
  readonly endpoint: string
  /** The login. */
  readonly auth: TokenSource
  /**
   * Waits until an execution has ended, whatever its end.
   *
   * @throws AdminError `FLYTE_ADMIN_WAIT_TIMEOUT`, which says the last phase
   */
  waitForExecution(id: ExecutionId, options?: WaitOptions): Promise<Execution>
  /** Closes the kept-alive connections. A script need not call it to end. A transport that was given is left open. */
  close(): void
}

/**
 * Connects to Flyte Admin as the configuration says: the FLYTE_* settings of this process, with their redirects, and flytekit's
 * configuration file.
 *
 * `FLYTE_CREDENTIALS_AUTH_MODE` picks the login: `basic` (client credentials) or `none`. With `FLYTE_PLATFORM_AUTH=true`
 * there is a token from the first call on; otherwise, as in flytekit, the first 401 starts the login.
 *
 * @throws ConfigError for a setting that is missing or malformed
 *
 * @example
 * ```ts
 * import { createFlyteClient } from '@flyte-js/node'
 *
 * const flyte = await createFlyteClient()
 * const { projects } = await flyte.admin.listProjects()
 * ```
 */
export async function createFlyteClient(options: FlyteClientOptions = {}): Promise<FlyteClient> {
  const { env, profile, config: overrides, timeout, store, onEvent, clock } = options
  const resolution = await loadConfig(defined({ env, profile, overrides }))
  resolution.require('platform.url')
  const { config } = resolution
  const endpoint = httpBaseUrl(config)
  const agents = createAgents()
  const fetch = createNodeFetch(defined({ agents, timeout }))
  const transport = options.transport ?? nodeHttpTransport({ agents })

  const login = () => basicAuthTokens(resolution, { fetch, ...defined({ store, onEvent, clock }) })
  const tokenSource = options.tokenSource ?? (wantsLogin(config) ? login() : undefined)
  const client = createAdminClient({
    endpoint,
    transport,
    // Whoever gives a token source means it to be used.
    authorizeAfterRefusal: options.tokenSource === undefined && !config.platform.auth,
    authorizationHeader: authorizationHeader(config.credentials.authorizationMetadataKey),
    ...defined({ tokenSource, timeout, onEvent }),
  })
  return {
    ...client,
    endpoint,
    auth: tokenSource ?? { getToken: async () => Promise.reject(noLogin()) },
    waitForExecution: (id, waitOptions) =>
      waitForExecution(client.admin, id, { ...defined({ clock }), ...waitOptions }),
    close: () => agents.close(),
  }
}

function wantsLogin({ credentials }: FlyteConfig): boolean {
  switch (credentials.authMode) {
    case 'client_credentials':
      return true
    case 'none':
      return false
    default:
      throw new ConfigError(
        'FLYTE_CONFIG_INVALID',
        `credentials.auth_mode stands for ${credentials.authMode} here, which this version cannot do. Set FLYTE_CREDENTIALS_AUTH_MODE to basic (client credentials) or none, or give createFlyteClient a tokenSource`,
        { setting: 'credentials.auth_mode' },
      )
  }
}

function noLogin(): ConfigError {
  const message = 'There is no login: credentials.auth_mode is none. Set FLYTE_CREDENTIALS_AUTH_MODE=basic to have one'
  return new ConfigError('FLYTE_CONFIG_INVALID', message, { setting: 'credentials.auth_mode' })
}
