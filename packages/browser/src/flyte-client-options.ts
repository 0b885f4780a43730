import type { AdminClientOptions } from '@flyte-js/admin'
import type { Fetch, TokenSource, TokenStore } from '@flyte-js/core'

/** What a client in a page can be told, however it is logged in. */
export interface CommonClientOptions
  extends Pick<
    AdminClientOptions,
    'callTimeout' | 'retries' | 'limits' | 'cache' | 'maxBytes' | 'timeout' | 'onEvent' | 'clock'
  > {
  /** Flyte Admin's base URL, e.g. `https://flyte.example.com`; a path where it is on this page's origin, e.g. `/`. */
  endpoint: string | URL
  /** Who sends requests. Default: the browser's own `fetch`. */
  fetch?: Fetch
  /** There is none in a page, where everybody can read it: `@flyte-js/code-auth` keeps one on a server. */
  clientSecret?: never
}

/** A page whose people log in by PKCE, and that keeps their tokens. */
export interface PkceClientOptions extends CommonClientOptions {
  /** People log in by PKCE (RFC 7636). */
  auth: 'pkce'
  /**
   * The id of a public client that has this page's redirect URI. Default: the one that Flyte Admin advertises, whose redirect URIs are
   * mostly those of programs.
   */
  clientId?: string
  /**
   * Where the server sends the browser back to, as it is registered there: a URL of this page's origin, or a path. Default `/`, where
   * every site has a page.
   */
  redirectUri?: string
  /** The scopes to ask for. Default: those that Flyte Admin advertises, without the one for a refresh token. */
  scopes?: readonly string[]
  /** The audience to ask for. Default: the one that Flyte Admin advertises, if any. */
  audience?: string
  /**
   * Whether to ask for a refresh token. Default false, since those of Flyte Admin's own server do not rotate: a stolen one is good
   * until it ends (RFC 9700 section 2.2.2).
   */
  offline?: boolean
  /** Further parameters of the authorization request, e.g. `{ prompt: 'select_account' }`. */
  parameters?: Readonly<Record<string, string>> & { readonly client_secret?: never }
  /** Plain HTTP is meant. Default false: then only loopback may do without TLS. */
  insecure?: boolean
  /** Whether the whole page leaves for a login, as every browser and server can do, or a popup opens. Default `redirect`. */
  login?: 'redirect' | 'popup'
  /**
   * Where the login lives: `session` (the default) in this tab, until it is closed; `local` in plain text, for all tabs, until a
   * logout; `indexed-db` encrypted, for all tabs, until a logout; `memory` until the page is left; or a store of your own.
   */
  storage?: 'session' | 'local' | 'indexed-db' | 'memory' | TokenStore
  /**
   * The header that carries the token. Default: `authorization`, and on a page of another origin the one that Flyte Admin
   * advertises. Where one is refused, the other is tried once.
   */
  authorizationHeader?: string
}

/** A page beside Flyte Admin that uses the session of its cookies, and never sees a token. */
export interface AdminSessionClientOptions extends CommonClientOptions {
  /** Flyte Admin logs people in, and keeps the session in cookies. */
  auth: 'admin-session'
  /** Where a login or a logout may lead beside this page's own origin: origins, or URLs with all that is under them. */
  allowedRedirects?: readonly string[]
}

/** A page that has its tokens from elsewhere. */
export interface TokenSourceClientOptions extends CommonClientOptions {
  /** Who has the tokens, e.g. a page's own login. */
  auth: TokenSource
  /** The header that carries the token, as with `pkce`. */
  authorizationHeader?: string
}

/** What {@link createFlyteClient} can be told: `auth` says which options there are. */
export type FlyteClientOptions = PkceClientOptions | AdminSessionClientOptions | TokenSourceClientOptions
