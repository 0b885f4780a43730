// The OpenID Connect provider that persons log in at: Flyte Admin is a confidential client of it.
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'

/** Which provider, and who Flyte Admin is there. */
export interface IdentityProviderOptions {
  /** Its URL, for discovery. */
  issuer: string
  /** By default `flyteadmin`. */
  clientId?: string
  /** By default `admin-idp-secret`. */
  clientSecret?: string
}

/** The tokens of a login. */
export interface IdentityTokens {
  accessToken: string
  idToken: string
  refreshToken?: string
}

/** What Flyte Admin asks of the provider. */
export interface IdentityProvider {
  issuer: string
  /** Where to send the browser. */
  authorizationUrl(redirectUri: string, state: string): Promise<string>
  /** Tokens for the code that the browser came back with; `undefined` when the provider refuses. */
  exchangeCode(code: string, redirectUri: string): Promise<IdentityTokens | undefined>
  /** Tokens for the refresh token of a login; `undefined` when the provider refuses. */
  refresh(refreshToken: string): Promise<IdentityTokens | undefined>
  /** What the provider says about the person; `undefined` when it refuses. */
  userInfo(accessToken: string): Promise<Record<string, unknown> | undefined>
  /** The claims of an ID token, whatever its age; `undefined` when it is not this provider's, or not for Flyte Admin. */
  verifyIdToken(idToken: string): Promise<JWTPayload | undefined>
}

const scopes = 'openid profile email offline_access'

/** The client that Flyte Admin is, unless a test says otherwise. */
export const defaultIdentityClient = { clientId: 'flyteadmin', clientSecret: 'admin-idp-secret' }

/** Talks to the provider of that issuer. Nothing is sent before it is needed. */
export function createIdentityProvider(options: IdentityProviderOptions): IdentityProvider {
  const { issuer, clientId, clientSecret } = { ...defaultIdentityClient, ...options }
  let discovered: Promise<Metadata> | undefined
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined

  const metadata = () => {
    discovered ??= discover(issuer)
    discovered.catch(() => {
      discovered = undefined
    })
    return discovered
  }

  const requestTokens = async (form: Record<string, string>): Promise<IdentityTokens | undefined> => {
    const response = await send((await metadata()).token_endpoint, {
      method: 'POST',
      headers: { authorization: basic(clientId, clientSecret) },
      body: new URLSearchParams(form),
    })
    const tokens = (await response.json()) as { access_token?: string; id_token?: string; refresh_token?: string }
    if (tokens.access_token === undefined || tokens.id_token === undefined) return undefined
    return {
      accessToken: tokens.access_token,
      idToken: tokens.id_token,
      ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
    }
  }

  return {
    issuer,
    async authorizationUrl(redirectUri, state) {
      const url = new URL((await metadata()).authorization_endpoint)
      const parameters = { client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: scopes, state }
      url.search = new URLSearchParams(parameters).toString()
      return url.href
    },
    exchangeCode: (code, redirectUri) =>
      requestTokens({ grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
    refresh: (refreshToken) => requestTokens({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    async userInfo(accessToken) {
      const headers = { authorization: `Bearer ${accessToken}` }
      const response = await send((await metadata()).userinfo_endpoint, { headers })
      return response.ok ? ((await response.json()) as Record<string, unknown>) : undefined
    },
    async verifyIdToken(idToken) {
      keys ??= createRemoteJWKSet(new URL((await metadata()).jwks_uri))
      try {
        const { payload } = await jwtVerify(idToken, keys, { issuer, audience: clientId, currentDate: new Date(0) })
        return payload
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined
        throw error
      }
    },
  }
}

interface Metadata {
  authorization_endpoint: string
  token_endpoint: string
  userinfo_endpoint: string
  jwks_uri: string
}

async function discover(issuer: string): Promise<Metadata> {
  const url = new URL('.well-known/openid-configuration', issuer.endsWith('/') ? issuer : `${issuer}/`)
  const response = await send(url.href)
  if (!response.ok) throw new Error(`The identity provider answered ${response.status} at ${url.href}`)
  return (await response.json()) as Metadata
}

function send(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
}
