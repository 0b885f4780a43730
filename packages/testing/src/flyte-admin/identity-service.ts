// Who is logged in, and what clients are told about logging in: the RPCs of Flyte's identity and metadata services.
import type { Message, MessageValue } from './message.js'
import { publicUrl } from './public-url.js'
import type { Handlers } from './state.js'

/** What the server tells clients. */
export interface AdvertisedOptions {
  authorizedUris(): readonly string[]
  /** Advertised as the header for tokens, though it is the one of gRPC. */
  grpcAuthorizationHeader: string
  /** The metadata of an external authorization server; without one the server's own is told. */
  externalMetadata: (() => Promise<Message>) | undefined
  publicClient: Required<PublicClientConfig>
}

/** The client that command lines are told to log in with. */
export interface PublicClientConfig {
  /** By default `flytectl`. */
  clientId?: string
  /** By default `http://localhost:53593/callback`. */
  redirectUri?: string
  /** By default `all` and `offline`, though the metadata lists `all` only. */
  scopes?: readonly string[]
  /** Empty by default. */
  audience?: string
}

/** The handlers of both services. */
export function createIdentityHandlers(options: AdvertisedOptions): Handlers {
  return {
    GetOAuth2Metadata: (_, { host }) =>
      options.externalMetadata?.() ?? ownMetadata(publicUrl(host, options.authorizedUris())),
    GetPublicClientConfig: () => ({
      client_id: options.publicClient.clientId,
      redirect_uri: options.publicClient.redirectUri,
      scopes: [...options.publicClient.scopes],
      authorization_metadata_key: options.grpcAuthorizationHeader,
      audience: options.publicClient.audience,
    }),
    UserInfo: (_, { claims = {}, userInfo }) => (userInfo === undefined ? userInfoOf(claims) : sessionInfoOf(userInfo)),
  }
}

/** What the token says of the person, if it is a person's, and all that it says beside. */
function userInfoOf(claims: Record<string, unknown>): Message {
  const { additional_claims: _, ...userInfo } = (claims.user_info ?? {}) as Message
  return {
    ...userInfo,
    subject: userInfo.subject || String(claims.sub ?? ''),
    ...(typeof claims.email === 'string' && { email: claims.email }),
    additional_claims: sortedByName(claims),
  }
}

/** What the cookies of a session say of the person, and all claims of its ID token. */
function sessionInfoOf(userInfo: Message): Message {
  return { ...userInfo, additional_claims: sortedByName(userInfo.additional_claims as Message) }
}

function sortedByName(claims: Record<string, unknown>): Message {
  const sorted = Object.entries(claims).sort(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(sorted) as Record<string, MessageValue>
}

/** Advertised URLs are the host's: a path of the public URL is lost in the endpoints. */
function ownMetadata(issuer: string): Message {
  const endpoint = (path: string) => new URL(path, issuer).href
  return {
    issuer,
    authorization_endpoint: endpoint('/oauth2/authorize'),
    token_endpoint: endpoint('/oauth2/token'),
    response_types_supported: ['code', 'token', 'code token'],
    scopes_supported: ['all'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    jwks_uri: endpoint('/oauth2/jwks'),
    code_challenge_methods_supported: ['S256'],
    grant_types_supported: ['client_credentials', 'refresh_token', 'authorization_code'],
  }
}
