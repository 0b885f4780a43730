// A provider whose ID tokens a test writes itself: its token endpoint and its keys are the test's, the rest is oidc-provider's.
import type { AuthorizationServer } from '@flyte-js/testing'
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'

/** What the next ID token is like. Claims of `undefined` are left out. */
export interface Forged {
  claims?: Record<string, unknown>
  header?: Partial<JWTHeaderParameters>
  /** Changes the compact token. */
  change?(token: string): string
}

/** A pair of keys, and what of it is published. */
export async function createKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } }
}

export type ForgingKey = Awaited<ReturnType<typeof createKey>>

/** Takes over the token endpoint and the keys of a provider. */
export function forgeIdTokens(provider: AuthorizationServer, key: ForgingKey) {
  const state = { key, published: [key.jwk as object], next: {} as Forged, accessToken: 'an-access-token' }
  provider.answer('/jwks', () => ({ body: { keys: state.published } }))
  provider.answer('/token', async () => {
    const nonce = provider.requestsTo('/auth').at(-1)?.query.get('nonce') ?? undefined
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      ...{ iss: provider.issuer, aud: 'portal', sub: 'forged', iat: now, exp: now + 300, nonce },
      ...state.next.claims,
    }
    const header = { alg: 'RS256', kid: state.key.kid, ...state.next.header }
    const token = await new SignJWT(claims).setProtectedHeader({ ...header, alg: 'RS256' }).sign(state.key.privateKey)
    const idToken = state.next.change?.(token) ?? token
    return {
      body: {
        access_token: state.accessToken,
        token_type: 'Bearer',
        expires_in: 300,
        id_token: idToken,
        refresh_token: 'r',
      },
    }
  })
  return state
}

/** A token with another header, and its signature as it was. */
export function withHeader(token: string, header: object, signature?: string): string {
  const [, payload, old] = token.split('.')
  return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature ?? old}`
}
