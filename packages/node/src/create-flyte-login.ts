import { type AuthMode, type ConfigOverrides, httpBaseUrl } from '@flyte-js/config'
import { type LoadConfigOptions, loadConfig } from '@flyte-js/config/node'
import {
  authorizationHeader,
  type Clock,
  defined,
  type EventListener,
  type Fetch,
  type TokenStore,
} from '@flyte-js/core'
import { flyteLogin, type KeptLogin, withoutLogin } from './flyte-login.js'
import type { Network, NetworkOptions } from './network/create-network.js'
import type { PersonLoginOptions } from './person-login.js'

export type { FlyteLogin, KeptLogin } from './flyte-login.js'
export type { NetworkOptions } from './network/create-network.js'
export type { PersonLoginOptions } from './person-login.js'

/** What {@link createFlyteLogin} can be told; everything has its default from the environment. */
export interface FlyteLoginOptions extends NetworkOptions {
  /** The environment. Default: the process's own. */
  env?: LoadConfigOptions['env']
  /** The profile: `~/.flyte/config.<profile>.yaml`. Default: the variable `FLYTE_PROFILE`. */
  profile?: string
  /** The configuration file. Default: the first that is found, as `loadConfig` of `@flyte-js/config/node` looks. */
  configFile?: string
  /** Values that win over the environment, by section, e.g. `{ platform: { url: 'flyte.example.com' } }`. */
  config?: ConfigOverrides
  /**
   * Where tokens live between runs. Default: what `FLYTE_JS_TOKEN_STORE` says, `keyring`, `file`, `memory` or `redis://…`; without
   * it a person's login is kept in the keyring, else in a file, other tokens in a file, and in CI and in a running workflow all in
   * memory.
   */
  store?: TokenStore
  /** How a person is asked to log in, where the mode is "standard" or "deviceflow". Default: as suits the terminal. */
  login?: PersonLoginOptions
  /**
   * Milliseconds until one try of a call, or a request of a login, is given up. Default: `admin.per_retry_timeout` of the
   * configuration, which is 15,000.
   */
  timeout?: number
  /** Hears of logins and calls. */
  onEvent?: EventListener
  /** The clock of expiry. Default: the system's. */
  clock?: Clock
}

/** A login without a client of Flyte Admin, as {@link createFlyteLogin} gives it. */
export interface OwnLogin extends KeptLogin {
  /** The base URL of Flyte Admin, without a slash at its end. */
  readonly endpoint: string
  /** How tokens are got. */
  readonly mode: AuthMode
  /** The header that carries the token, in lower case: `authorization`, or what the configuration says. */
  readonly headerName: string
}

/**
 * The login of `createFlyteClient` alone, for scripts that only want a token: the same configuration, the same store, and so the same
 * login. While a stored token is good no more is loaded than configuration and store, and no server is asked.
 *
 * @throws ConfigError for a setting that is missing or malformed
 *
 * @example
 * ```ts
 * import { createFlyteLogin } from '@flyte-js/node/login'
 *
 * const login = await createFlyteLogin()
 * const { accessToken } = await login.getToken()
 * ```
 */
export async function createFlyteLogin(options: FlyteLoginOptions = {}): Promise<OwnLogin> {
  const { env = process.env, profile, configFile: path, config: overrides, timeout, login = {}, ...rest } = options
  const { store, onEvent, clock, tls, proxyOrigins } = rest
  const resolution = await loadConfig({ env, ...defined({ profile, path, overrides }) })
  resolution.require('platform.url')
  const { config } = resolution
  const endpoint = httpBaseUrl(config)
  let connecting: Promise<{ network: Network; fetch: Fetch }> | undefined

  /** The way to the network, made when a server is first asked. */
  async function connect() {
    const [{ createNetwork }, { createNodeFetch }] = await Promise.all([
      import('./network/create-network.js'),
      import('@flyte-js/core/node'),
    ])
    const network = await createNetwork(config, { env, endpoint, onEvent, clock, ...defined({ tls, proxyOrigins }) })
    const { agents } = network
    return { network, fetch: network.wrapFetch(createNodeFetch(defined({ agents, timeout }))) }
  }
  const fetch: Fetch = async (url, init) => {
    connecting ??= connect()
    return (await connecting).fetch(url, init)
  }

  const own = await flyteLogin(resolution, { env, fetch, login, store, onEvent, clock })
  const { authMode: mode, authorizationMetadataKey: metadataKey } = config.credentials
  return {
    ...(own ?? noLogin),
    endpoint,
    mode,
    headerName: authorizationHeader(metadataKey || undefined),
    close() {
      own?.close()
      connecting?.then(
        ({ network }) => network.close(),
        () => {},
      )
    },
  }
}

/** Of the mode "none". */
const noLogin: KeptLogin = {
  ...withoutLogin(undefined),
  peek: async () => undefined,
  keptIn: async () => 'memory',
  close() {},
}
