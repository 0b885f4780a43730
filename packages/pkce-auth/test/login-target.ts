// What logins are tested against: embedded servers, or a real Flyte Admin where environment variables name it.
import {
  type AuthorizationServer,
  type FlyteAdmin,
  type RecordedRequest,
  startAuthorizationServer,
  startFlyteAdmin,
} from '@flyte-js/testing'
import { freePort } from './loopback.js'

/** The authorization server: Flyte Admin's own, or another one whose metadata it relays. */
export type Auth = 'self' | 'external'

/** A Flyte Admin to log in to. */
export interface LoginTarget extends AsyncDisposable {
  readonly endpoint: string
  /** The redirect URI that it advertises, of a port that nobody has. */
  readonly redirectUri: string
  readonly port: number
}

/** One in this process, with its authorization server. */
export interface EmbeddedTarget extends LoginTarget {
  readonly admin: FlyteAdmin
  /** The external authorization server. */
  readonly provider: AuthorizationServer | undefined
  /** Whom the tokens come from. */
  readonly issuer: string
  authorizationRequests(): RecordedRequest[]
  tokenRequests(): RecordedRequest[]
  readonly tokenPath: string
}

/**
 * Starts an embedded one.
 *
 * @param redirectUris - what the client `flytectl` has; the first is advertised. Default: one of a free port
 */
export async function startEmbedded(
  auth: Auth,
  redirectUris?: readonly [string, ...string[]],
): Promise<EmbeddedTarget> {
  const uris = redirectUris ?? [`http://localhost:${await freePort()}/callback`]
  const clients = [{ id: 'flytectl', redirectUris: uris }]
  const publicClient = { redirectUri: uris[0] as string }
  const provider = auth === 'self' ? undefined : await startAuthorizationServer({ clients })
  const admin = await startFlyteAdmin(
    provider === undefined
      ? { clients, publicClient }
      : { auth, publicClient, externalAuthServer: provider.issuer, allowedAudience: [provider.issuer] },
  )
  const [authorizationPath, tokenPath] =
    provider === undefined ? ['/oauth2/authorize', '/oauth2/token'] : ['/auth', '/token']
  return {
    endpoint: admin.url,
    redirectUri: publicClient.redirectUri,
    port: Number(new URL(publicClient.redirectUri).port),
    admin,
    provider,
    issuer: provider?.issuer ?? admin.url,
    authorizationRequests: () => (provider ?? admin).requestsTo(authorizationPath),
    tokenRequests: () => (provider ?? admin).requestsTo(tokenPath),
    tokenPath,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([admin.close(), provider?.close()])
    },
  }
}

/** A real one where `FLYTE_TEST_ENDPOINT` (its own server) or `FLYTE_TEST_ENDPOINT_EXTERNAL` names it, else an embedded one. */
export async function startTarget(auth: Auth): Promise<LoginTarget> {
  const { FLYTE_TEST_ENDPOINT, FLYTE_TEST_ENDPOINT_EXTERNAL } = process.env
  const endpoint = auth === 'self' ? FLYTE_TEST_ENDPOINT : FLYTE_TEST_ENDPOINT_EXTERNAL
  if (endpoint === undefined) return startEmbedded(auth)
  const response = await fetch(`${endpoint}/config/v1/flyte_client`, { headers: { accept: 'application/json' } })
  const { redirect_uri: redirectUri } = (await response.json()) as { redirect_uri: string }
  return { endpoint, redirectUri, port: Number(new URL(redirectUri).port), [Symbol.asyncDispose]: async () => {} }
}
