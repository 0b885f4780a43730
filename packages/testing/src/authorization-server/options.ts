// How an embedded authorization server is set up.

/** A client of the embedded authorization server. */
export interface AuthorizationServerClient {
  /** The client's id. */
  id: string
  /** Without one the client is public, and must use PKCE. */
  secret?: string
  /** By default `client_credentials` with a secret; `authorization_code`, `refresh_token` and the device grant without. */
  grantTypes?: readonly string[]
  /** Where the authorization code may go. None by default. Loopback URIs may have any port (RFC 8252 section 7.3). */
  redirectUris?: readonly string[]
  /** By default `client_secret_basic` with a secret, `none` without. */
  tokenEndpointAuthMethod?: 'client_secret_basic' | 'client_secret_post' | 'none'
  /** Whether its access tokens are for the server's userinfo endpoint, as those of a plain OpenID Connect client are. By default they are for the audience. */
  tokensForUserInfo?: boolean
  /** Whether it is refused without PKCE. By default without a secret only. */
  requirePkce?: boolean
  /**
   * Where browsers may go after a logout (OpenID Connect RP-Initiated Logout 1.0). None by default, and a server that none of
   * whose clients has one has no `end_session_endpoint`.
   */
  postLogoutRedirectUris?: readonly string[]
}

/** The person that logs in. */
export interface Account {
  /** Who it is: the claim `sub`. Further claims are as they stand here. */
  sub: string
  [claim: string]: unknown
}

/** How an embedded authorization server is set up. */
export interface AuthorizationServerOptions {
  /** By default 0: any free port. */
  port?: number
  /**
   * By default `svc` with `svc-secret` for client credentials, the public `flytectl` for logins of persons, and `flyteadmin`, which
   * a Flyte Admin is when its persons log in here.
   */
  clients?: readonly AuthorizationServerClient[]
  /** The scopes beside OpenID's that can be asked for. By default `all` and `offline`. */
  scopes?: readonly string[]
  /** The audience of tokens that were asked for without a `resource`. By default the server's own URL. */
  audience?: string
  /** Of access tokens, in seconds. By default 3600. */
  accessTokenLifetime?: number
  /** Of refresh tokens, in seconds. By default 86400. */
  refreshTokenLifetime?: number
  /** How often a device is told to ask, in seconds: the `interval` of RFC 8628. Not told by default, which means 5. */
  devicePollingInterval?: number
  /** Of device codes, in seconds. By default 600. */
  deviceCodeLifetime?: number
  /**
   * Whether a refresh gives a new refresh token and makes the old one useless; using that again then revokes all that came of it.
   * By default for public clients only, or when a refresh token has lived for most of its life.
   */
  rotateRefreshTokens?: boolean
  /** Whether the person refuses instead of logging in. By default not; `AuthorizationServer.refuseLogin` changes it later. */
  refuseLogin?: boolean
  /** Who logs in. By default `user-1`, Test User. */
  account?: Account
  /**
   * Whether the person is asked, at oidc-provider's own pages: for a name, which becomes the `sub`, for a password, of which any
   * will do, and for consent. They are for a browser, and ask for a font on the internet. By default nothing is asked.
   */
  asksPerson?: boolean
}

/** The scopes beside OpenID's of a server that was given none. */
export const defaultScopes: readonly string[] = ['all', 'offline']

/** The clients of a server that was given none. */
export const defaultAuthorizationServerClients: readonly AuthorizationServerClient[] = [
  { id: 'svc', secret: 'svc-secret' },
  { id: 'flytectl', redirectUris: ['http://localhost:53593/callback', 'http://127.0.0.1/callback'] },
  {
    id: 'flyteadmin',
    secret: 'admin-idp-secret',
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
    tokensForUserInfo: true,
  },
]

/** Who logs in by default. */
export const defaultAccount: Account = {
  sub: 'user-1',
  name: 'Test User',
  preferred_username: 'tuser',
  given_name: 'Test',
  family_name: 'User',
  email: 'tuser@example.com',
  email_verified: true,
}
