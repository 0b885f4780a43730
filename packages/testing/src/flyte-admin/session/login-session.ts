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

/** What an ID token is worth: its claims, or why it is refused. */
export type IdTokenCheck =
  | { claims: JWTPayload & { sub: string } }
  | { reason: 'expired'; expiredAt: number }
  | { reason: 'invalid' }

/** What the session needs. */
export interface LoginSessionOptions {
  cookies: SealedCookies
  now(): number
  identityProvider(): Promise<IdentityProvider>
}

/** As much of a request as holds a session. */
export type SessionRequest = Pick<HttpRequest, 'headers'>

/** Reads and writes a browser's session. */
export interface LoginSession {
  /** The tokens in a request's cookies; `undefined` unless the ID token and both halves of the access token are there. */
  tokensOf(request: SessionRequest): SessionTokens | undefined
  /** Checks an ID token by the provider's keys, and its age: by this server's clock where it is known when it was got. */
  checkIdToken(idToken: string, madeAt?: number): Promise<IdTokenCheck>
  /** What the cookies say of the person, whose ID token is another matter; `undefined` where they do not. */
  userInfoOf(request: SessionRequest): Record<string, unknown> | undefined
  /** Who is logged in; `undefined` for nobody. */
  personOf(request: SessionRequest): Promise<Person | undefined>
  /** The `Set-Cookie` headers of a login. */
  begin(tokens: IdentityTokens, userInfo: Record<string, unknown>): string[]
  /** The `Set-Cookie` headers of a logout. What is known of the person stays. */
  end(): string[]
  /** The `Set-Cookie` header that keeps an authorization request while the person logs in. */
  keepAuthorizationRequest(url: string): string
  /** The authorization request that was kept. */
  keptAuthorizationRequest(request: SessionRequest): string | undefined
}

const cookieNames = {
  accessToken: ['flyte_at_1', 'flyte_at_2'],
  idToken: 'flyte_idt',
  refreshToken: 'flyte_rt',
  userInfo: 'flyte_user_info',
  authorizationRequest: 'flyte_auth_code',
} as const

/** `flyte_at` is the whole access token, as older servers kept it. */
const endedCookies = ['flyte_at', ...cookieNames.accessToken, cookieNames.refreshToken, cookieNames.idToken]

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
    async checkIdToken(idToken, madeAt) {
      const claims = await (await identityProvider()).verifyIdToken(idToken)
      if (claims?.sub === undefined) return { reason: 'invalid' }
      const { exp = 0, iat = 0, sub } = claims
      // The provider lives by the system's time, this server by its own: so the token's age counts, not its dates.
      const expiredAt = madeAt === undefined ? exp * 1000 : madeAt + (exp - iat) * 1000
      const today = madeAt === undefined ? Date.now() : now()
      return today > expiredAt ? { reason: 'expired', expiredAt } : { claims: { ...claims, sub } }
    },
    userInfoOf(request) {
      const kept = session.tokensOf(request) && cookies.read(request.headers, cookieNames.userInfo)?.value
      return kept === undefined ? undefined : (JSON.parse(kept) as Record<string, unknown>)
    },
    async personOf(request) {
      const tokens = session.tokensOf(request)
      const userInfo = session.userInfoOf(request)
      if (tokens === undefined || userInfo === undefined) return undefined
      const check = await session.checkIdToken(tokens.idToken, tokens.madeAt)
      return 'claims' in check ? personOf(check.claims, userInfo) : undefined
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
    end: () => endedCookies.map((name) => cookies.clear(name)),
    keepAuthorizationRequest: (url) => cookies.make(cookieNames.authorizationRequest, url),
    keptAuthorizationRequest: ({ headers }) => cookies.read(headers, cookieNames.authorizationRequest)?.value,
  }
  return session
}

/** Whom an ID token is about, with what the cookies say of them, if they do. */
export function personOf(claims: JWTPayload & { sub: string }, userInfo: Record<string, unknown> = {}): Person {
  return { subject: claims.sub, userInfo: { subject: claims.sub, ...userInfo, additional_claims: claims } }
}
