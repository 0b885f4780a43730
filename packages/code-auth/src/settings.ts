import { checkScheme } from '@flyte-js/auth'
import {
  type Clock,
  createFetch,
  defined,
  type EventListener,
  type Fetch,
  systemClock,
  type TokenStore,
} from '@flyte-js/core'
import { memoryStore } from '@flyte-js/token-store'
import type { CodeAuthOptions } from './code-auth-options.js'
import {
  isText,
  readHeader,
  readKeys,
  readPath,
  readPlaces,
  readRedirectUri,
  readTarget,
  readTime,
  wrong,
} from './option-readers.js'

/** Options that were checked, with their defaults. */
export interface Settings
  extends Pick<
    CodeAuthOptions,
    'issuer' | 'endpoint' | 'clientId' | 'clientSecret' | 'clientAuthentication' | 'scopes' | 'audience' | 'parameters'
  > {
  readonly redirectUri: string
  /** Our own origin, from the redirect URI. */
  readonly origin: string
  /** Whether cookies are for https alone. */
  readonly isSecure: boolean
  readonly pkce: boolean
  readonly insecure: boolean
  readonly cookieKeys: readonly string[]
  /** Undefined: tokens are in the cookies. */
  readonly store: TokenStore | undefined
  readonly idleTimeout: number
  readonly absoluteTimeout: number
  readonly afterLogin: string
  readonly afterLogout: string
  readonly allowedRedirects: readonly string[]
  readonly loginPath: string
  readonly requirePost: boolean
  readonly endProviderSession: boolean
  readonly proxyPath: string
  readonly header: string
  /** Who asks the provider, and Flyte Admin for a person. */
  readonly fetch: Fetch
  /** The one that was given. */
  readonly givenFetch: Fetch | undefined
  readonly clock: Clock
  readonly onEvent: EventListener | undefined
}

const hour = 3_600_000

/**
 * Checks the options, so that what is wrong is said at the start and not to the first person who logs in.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` that names the option and what to write, `FLYTE_AUTH_INSECURE_ENDPOINT`
 */
export function readSettings(options: CodeAuthOptions): Settings {
  const { issuer, endpoint, insecure = false, store = memoryStore() } = options
  for (const name of ['clientId', 'clientSecret'] as const) {
    if (!isText(options[name]))
      throw wrong(name, `is missing. Give the ${name} that the provider has for this application`)
  }
  if (issuer === undefined && endpoint === undefined) {
    throw wrong(
      'issuer',
      'and endpoint are both missing. Give the OpenID provider as issuer, or Flyte Admin as endpoint',
    )
  }
  for (const [name, url] of Object.entries({ issuer, endpoint })) {
    if (url === undefined) continue
    if (!isText(url) || !URL.canParse(url)) throw wrong(name, 'is no absolute URL. Write https://host[:port][/path]')
    checkScheme(new URL(url), insecure, `The option ${name} `, 'set insecure: true')
  }
  const redirectUri = readRedirectUri(options.redirectUri)
  const places = { origin: redirectUri.origin, allowedRedirects: readPlaces(options.allowedRedirects) }
  const { clientAuthentication } = options
  if (clientAuthentication !== undefined && !/^client_secret_(basic|post)$/.test(clientAuthentication)) {
    throw wrong('clientAuthentication', "is neither 'client_secret_basic' nor 'client_secret_post'")
  }
  if (store !== 'cookie' && typeof store?.withLock !== 'function') {
    throw wrong('store', "is no token store. Give memoryStore(), fileStore(), redisStore(), or 'cookie'")
  }
  if (options.scopes !== undefined && !Array.isArray(options.scopes)) {
    throw wrong('scopes', "is no array. Write ['openid', 'offline_access']")
  }
  const idleTimeout = readTime('idleTimeout', options.idleTimeout, 8 * hour)
  const absoluteTimeout = readTime('absoluteTimeout', options.absoluteTimeout, 24 * hour)
  const { clientId, clientSecret, scopes, audience, parameters, fetch, clock = systemClock, onEvent } = options
  return {
    clientId,
    clientSecret,
    ...defined({ issuer, endpoint, clientAuthentication, scopes, audience, parameters }),
    redirectUri: options.redirectUri,
    origin: places.origin,
    isSecure: redirectUri.protocol === 'https:',
    pkce: options.pkce ?? true,
    insecure,
    cookieKeys: readKeys(options.cookieKeys),
    store: store === 'cookie' ? undefined : store,
    idleTimeout: Math.min(idleTimeout, absoluteTimeout),
    absoluteTimeout,
    afterLogin: readTarget('afterLogin', options.afterLogin, places),
    afterLogout: readTarget('afterLogout', options.afterLogout, places),
    allowedRedirects: places.allowedRedirects,
    loginPath: readPath('loginPath', options.loginPath, '/login'),
    requirePost: options.requirePost ?? false,
    endProviderSession: options.endProviderSession ?? false,
    proxyPath: readPath('proxyPath', options.proxyPath, '/api/v1').replace(/\/+$/, ''),
    header: readHeader(options.authorizationMetadataKey),
    fetch: fetch ?? createFetch(),
    givenFetch: fetch,
    clock,
    onEvent,
  }
}
