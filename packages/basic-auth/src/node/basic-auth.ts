import { type ConfigOverrides, httpBaseUrl } from '@flyte-js/config'
import { loadConfig } from '@flyte-js/config/node'
import {
  authorizationHeader,
  type Clock,
  defined,
  type EventListener,
  type FetchInit,
  type TokenSource,
  type TokenStore,
} from '@flyte-js/core'
import { createAgents, createNodeFetch } from '@flyte-js/core/node'
import { authorizedFetch } from './authorized-fetch.js'
import { basicAuthTokens } from './basic-auth-tokens.js'

/** What {@link basicAuth} can be told; everything has its default from the environment. */
export interface BasicAuthOptions {
  /** The environment. Default: the process's own. */
  env?: Readonly<Record<string, string | undefined>>
  /** The profile: `~/.flyte/config.<profile>.yaml`. Default: the variable `FLYTE_PROFILE`. */
  profile?: string
  /** Values that win over the environment, e.g. `{ platform: { url: 'flyte.example.com' } }`. */
  config?: ConfigOverrides
  /** Milliseconds until a request of the login is given up. Default 15,000. */
  timeout?: number
  /** Where tokens live between runs, so that many short scripts log in once. Default: in memory. */
  store?: TokenStore
  /** Hears of discovery, logins and renewals. */
  onEvent?: EventListener
  /** The clock of expiry. Default: the system's. */
  clock?: Clock
}

/** A login by client credentials, as {@link basicAuth} gives it. */
export interface BasicAuth extends TokenSource {
  /** The base URL of Flyte Admin, without a slash at its end. */
  readonly endpoint: string
  /** The header that carries the token: `{ authorization: 'Bearer …' }`, or by the configured name. */
  headers(options?: { signal?: AbortSignal }): Promise<Record<string, string>>
  /**
   * A `fetch` that logs in: the header goes to the endpoint's origin only, `Accept: application/json` is the default (Flyte
   * Admin answers in camelCase without it), and a 401 renews the token once. A URL may be relative to the endpoint.
   *
   * @example
   * ```ts
   * import { basicAuth } from '@flyte-js/basic-auth/node'
   *
   * const auth = await basicAuth()
   * const { projects } = await (await auth.fetch('/api/v1/projects')).json()
   * ```
   */
  fetch(url: string | URL, init?: FetchInit): Promise<Response>
  /** Closes the kept-alive connections. A script need not call it to end. */
  close(): void
}

/**
 * Logs in from a CI script, by the FLYTE_* settings and their redirects: `FLYTE_PLATFORM_URL`, `FLYTE_CREDENTIALS_CLIENT_ID`,
 * `FLYTE_CREDENTIALS_CLIENT_SECRET`, each with `_FROM_ENV_VAR` and `_FROM_FILE`. What they do not say comes from flytekit's
 * configuration file: see `loadConfig` of `@flyte-js/config/node`.
 *
 * It reads the configuration at once and asks no server before a token is wanted. Calling it is choosing client credentials,
 * whatever `FLYTE_CREDENTIALS_AUTH_MODE` says. Without scopes in the configuration it asks for those that Flyte Admin
 * advertises, as flytekit does, less the ones for a refresh token.
 *
 * @throws ConfigError at once, for a setting that is missing or malformed; AuthError from `getToken`, `headers` and `fetch`
 *
 * @example
 * ```ts
 * import { basicAuth } from '@flyte-js/basic-auth/node'
 *
 * const auth = await basicAuth()
 * const response = await fetch(`${auth.endpoint}/api/v1/projects`, { headers: await auth.headers() })
 * ```
 */
export async function basicAuth(options: BasicAuthOptions = {}): Promise<BasicAuth> {
  const { env, profile, config: overrides, timeout, store, onEvent, clock } = options
  const resolution = await loadConfig(defined({ env, profile, overrides }))
  resolution.require('platform.url')
  const endpoint = httpBaseUrl(resolution.config)
  const headerName = authorizationHeader(resolution.config.credentials.authorizationMetadataKey)

  const agents = createAgents()
  const { getToken } = basicAuthTokens(resolution, {
    fetch: createNodeFetch(defined({ agents, timeout })),
    ...defined({ store, onEvent, clock }),
  })
  // Bodies are handed on as they come: what a script downloads is its own affair. So is how long it takes.
  const passThrough = createNodeFetch({ agents, maxBytes: Number.POSITIVE_INFINITY, timeout: Number.POSITIVE_INFINITY })
  return {
    endpoint,
    getToken,
    headers: async (ending) => ({ [headerName]: `Bearer ${(await getToken(ending)).accessToken}` }),
    fetch: authorizedFetch({ endpoint, headerName, getToken, fetch: passThrough }),
    close: () => agents.close(),
  }
}
