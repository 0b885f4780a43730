// The session of a person's browser: the identity provider's tokens in sealed cookies, and nothing on the server.
import type { JWTPayload } from 'jose'
import type { HttpRequest } from '../../http-exchange.js'
import type { IdentityProvider, IdentityTokens } from './identity-provider.js'
import type { SealedCookies } from './sealed-cookies.js'

/** Who is logged in. */
export interface Person {
  subject: string
  /** As the claim `user_info` of codes and tokens has it. */
  userInfo: Record<string, unknown>
}

/** The tokens in a request's cookies. */
export interface SessionTokens extends IdentityTokens {
  /** When the cookies were made, by this server's clock. */
  madeAt: number
}

/** What the session needs. */
export interface LoginSessionOptions {
  cookies: SealedCookies
  now(): number
  identityProvider(): Promise<IdentityProvider>
}

/** Reads and writes a browser's session. */
export interface LoginSession {
  /** The tokens in a request's cookies; `undefined` unless the ID token and both halves of the access token are there. */
  tokensOf(request: HttpRequest): SessionTokens | undefined
  /** The claims of the ID token in a request's cookies; `undefined` when there is none that is still valid. */
  idTokenClaimsOf(request: HttpRequest): Promise<JWTPayload | undefined>
  /** Who is logged in; `undefined` for nobody. */
  personOf(request: HttpRequest): Promise<Person | undefined>
  /** The `Set-Cookie` headers of a login. */
  begin(tokens: IdentityTokens, userInfo: Record<string, unknown>): string[]
  /** The `Set-Cookie` header that keeps an authorization request while the person logs in. */
  keepAuthorizationRequest(url: string): string
  /** The authorization request that was kept. */
  keptAuthorizationRequest(request: HttpRequest): string | undefined
}

const cookieNames = {
  accessToken: ['flyte_at_1', 'flyte_at_2'],
  idToken: 'flyte_idt',
  refreshToken: 'flyte_rt',
  userInfo: 'flyte_user_info',
  authorizationRequest: 'flyte_auth_code',
} as const

const userInfoFields = ['name', 'preferred_username', 'given_name', 'family_name', 'email', 'picture']

/** Makes it. */
export function createLoginSession({ cookies, now, identityProvider }: LoginSessionOptions): LoginSession {
  const session: LoginSession = {
    tokensOf({ headers }) {
      const idToken = cookies.read(headers, cookieNames.idToken)
      const [first, second] = cookieNames.accessToken.map((name) => cookies.read(headers, name)?.value)
      if (idToken === undefined || first === undefined || second === undefined) return undefined
      const refreshToken = cookies.read(headers, cookieNames.refreshToken)?.value
      return {
        accessToken: `${first}${second}`,
        idToken: idToken.value,
        ...(refreshToken !== undefined && { refreshToken }),
        madeAt: idToken.madeAt,
      }
    },
    async idTokenClaimsOf(request) {
      const tokens = session.tokensOf(request)
      if (tokens === undefined) return undefined
      const claims = await (await identityProvider()).verifyIdToken(tokens.idToken)
      if (claims === undefined) return undefined
      // The provider lives by the system's time, this server by its own: so the token's age counts, not its dates.
      const lifetime = ((claims.exp ?? 0) - (claims.iat ?? 0)) * 1000
      return now() > tokens.madeAt + lifetime ? undefined : claims
    },
    async personOf(request) {
      const claims = await session.idTokenClaimsOf(request)
      const kept = cookies.read(request.headers, cookieNames.userInfo)?.value
      if (claims?.sub === undefined || kept === undefined) return undefined
      const userInfo = JSON.parse(kept) as Record<string, unknown>
      return { subject: claims.sub, userInfo: { subject: claims.sub, ...userInfo, additional_claims: claims } }
    },
    begin({ accessToken, idToken, refreshToken }, userInfo) {
      const middle = Math.floor(accessToken.length / 2)
      const known = userInfoFields.filter((field) => typeof userInfo[field] === 'string' && userInfo[field] !== '')
      return [
        cookies.make(cookieNames.accessToken[0], accessToken.slice(0, middle)),
        cookies.make(cookieNames.accessToken[1], accessToken.slice(middle)),
        cookies.make(cookieNames.idToken, idToken),
        ...(refreshToken === undefined ? [] : [cookies.make(cookieNames.refreshToken, refreshToken)]),
        cookies.make(
          cookieNames.userInfo,
          JSON.stringify(Object.fromEntries(known.map((field) => [field, userInfo[field]]))),
        ),
      ]
    },
    keepAuthorizationRequest: (url) => cookies.make(cookieNames.authorizationRequest, url),
    keptAuthorizationRequest: ({ headers }) => cookies.read(headers, cookieNames.authorizationRequest)?.value,
  }
  return session
}
