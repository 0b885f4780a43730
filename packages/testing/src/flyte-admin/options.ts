// How an embedded Flyte Admin is set up.
import type { AdminClient } from './clients.js'
import type { CorsOptions } from './cors.js'
import type { ExecutionTimes } from './executions/execution-phase.js'
import type { PublicClientConfig } from './identity-service.js'
import type { AdminSecrets } from './secrets.js'
import type { CookieOptions } from './session/cookies.js'
import type { IdentityProviderOptions } from './session/identity-provider.js'

/** How an embedded Flyte Admin is set up. */
export interface FlyteAdminOptions {
  /**
   * Who checks logins. By default `self`: Flyte Admin's own OAuth server. `external` relays to the identity provider in
   * {@link FlyteAdminOptions.externalAuthServer}. `none` needs no login, and has no discovery either.
   */
  auth?: 'self' | 'external' | 'none'
  /** The issuer of the external authorization server. */
  externalAuthServer?: string
  /** Audiences of the external server's tokens that are taken beside the server's own URL. None by default. */
  allowedAudience?: readonly string[]
  /** By default 0: any free port. */
  port?: number
  /** Where the time comes from: for tokens and executions. By default the system's. */
  clock?: { now(): number }
  /**
   * The OpenID Connect provider that persons log in at, with this server as its client; an authorization server of this package
   * will do as it is. By default one is started when it is first needed, and stopped with this server.
   */
  identityProvider?: IdentityProviderOptions
  /** The keys of a server that this one takes the place of, so that what it issued stays good, as after a restart. By default fresh ones. */
  secrets?: AdminSecrets
  /** The clients of its own OAuth server. By default those that were measured; {@link defaultClients}. */
  clients?: readonly AdminClient[]
  /** The `expires_in` of access tokens, in seconds. By default 1799, as measured. */
  accessTokenLifetime?: number
  /** Of refresh tokens, in seconds. By default 3600, as measured. */
  refreshTokenLifetime?: number
  /** Of authorization codes, in seconds. By default 300, as measured. */
  authorizationCodeLifetime?: number
  /**
   * The URLs it believes to be reached by. By default `http://` with `localhost` and `127.0.0.1`. With none, every advertised
   * URL and the audience of tokens are `https://`, although the server speaks plain HTTP.
   */
  authorizedUris?: readonly string[]
  /** The header that is taken for a token beside `Authorization`. By default `flyte-authorization`. */
  httpAuthorizationHeader?: string
  /** The header that is advertised, which a real Flyte Admin takes over gRPC only. By default `flyte-authorization`. */
  grpcAuthorizationHeader?: string
  /** What public clients are told to log in with. By default `flytectl` with the scopes `all` and `offline`. */
  publicClient?: PublicClientConfig
  /** Lets browsers of other origins in. By default cross-origin requests get no special answer. */
  cors?: CorsOptions
  /** How the cookies of a person's session are set. */
  cookies?: CookieOptions
  /**
   * How long executions stay in their phases, for all or by their id. By default 100 ms `QUEUED` and 100 ms `RUNNING`, so that
   * tests on the system's clock end soon. `'never'` leaves them `UNDEFINED`.
   */
  executionTimes?:
    | ExecutionTimes
    | 'never'
    | ((id: { project: string; domain: string; name: string }) => ExecutionTimes | 'never')
  /** A path that everything lives behind, such as `/flyte`, as behind an ingress. Empty by default. */
  basePath?: string
}
