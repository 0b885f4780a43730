import type { Clock, EventListener, Fetch, TokenStore } from '@flyte-js/core'

/** What {@link createCodeAuth} is made from. Times are in milliseconds. */
export interface CodeAuthOptions {
  /**
   * The OpenID provider, e.g. `https://login.example.com/realms/flyte`: found by OpenID Connect Discovery, else by RFC 8414.
   * Without it Flyte Admin at `endpoint` says who its authorization server is: itself, or an external one.
   */
  issuer?: string
  /** Flyte Admin's base URL: where `proxy` goes, and who a person is where there is no ID token (`/me`). */
  endpoint?: string
  /** The client's id. */
  clientId: string
  /** The client's secret. */
  clientSecret: string
  /**
   * How the client says who it is at the token endpoint (RFC 6749 section 2.3.1). Default: Basic, id and secret form-encoded;
   * post where the server's metadata offers only that.
   */
  clientAuthentication?: 'client_secret_basic' | 'client_secret_post'
  /**
   * Where the provider sends the browser back to, letter by letter as it is registered there: an absolute URL whose path is that
   * of `callback`. Its origin is ours; `Host` and `X-Forwarded-*` of a request are never believed. https, or http on loopback.
   */
  redirectUri: string
  /**
   * The scopes to ask for. Default: `openid profile email offline_access` at an `issuer`, as far as its metadata lists them;
   * `all offline` at Flyte Admin's own server.
   */
  scopes?: readonly string[]
  /** The audience to ask for, where the server wants one. Default: none is sent. */
  audience?: string
  /** Further parameters of the authorization request, e.g. `{ prompt: 'consent' }`, without which some give no refresh token. */
  parameters?: Readonly<Record<string, string>>
  /** Whether a code challenge is sent (RFC 7636). Default true: a server without PKCE ignores it. False for one that chokes on it. */
  pkce?: boolean
  /** Plain HTTP to the provider and to Flyte Admin is meant. Default false: then only loopback may do without TLS. */
  insecure?: boolean
  /**
   * Secrets that seal the cookies, each of at least 32 characters, e.g. of `openssl rand -base64 32`. The first seals, all open:
   * put a new one in front, and take the old one out after `absoluteTimeout`. All instances need the same.
   */
  cookieKeys: readonly string[]
  /**
   * Where tokens lie: the cookie then holds a sealed id alone, and a session can be ended here. Default: in this process's
   * memory. Instances of one application need one that they share (`redisStore`). `'cookie'` keeps no tokens here and seals them
   * into cookies: never a refresh token, and an old cookie stays good until its access token expires, whoever has logged out.
   */
  store?: TokenStore | 'cookie'
  /** How long a session lasts that nobody uses. Default 8 hours: a working day. */
  idleTimeout?: number
  /** How long a session lasts at most. Default 24 hours. */
  absoluteTimeout?: number
  /** Where a person goes after a login that named no `redirect_url`. Default `/`. */
  afterLogin?: string
  /** Where a person goes after a logout that named no `redirect_url`. Default `/`. */
  afterLogout?: string
  /** Where else than to this origin `redirect_url` may lead: origins, or URLs below which all is allowed. Default: nowhere. */
  allowedRedirects?: readonly string[]
  /** The path at which `login` is served: a page that is refused links to it. Default `/login`. */
  loginPath?: string
  /** Whether `login` and `logout` take POST from our own pages alone. Default false: a link will do. */
  requirePost?: boolean
  /** Whether `logout` goes on to the provider's `end_session_endpoint`, where it has one. Default false: other applications stay. */
  endProviderSession?: boolean
  /** The path under which `proxy` is served; `/api/v1` of Flyte Admin is there. Default `/api/v1`. */
  proxyPath?: string
  /** The header that carries the token to Flyte Admin. Default `authorization`. */
  authorizationMetadataKey?: string
  /** Who asks the provider and Flyte Admin. Default: the platform's fetch with a timeout of 15 s. */
  fetch?: Fetch
  /** The clock of all lifetimes. Default: the system's. */
  clock?: Clock
  /** Hears of sessions, renewals, and of why a browser was refused. */
  onEvent?: EventListener
}
