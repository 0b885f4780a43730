import { AuthError } from '@flyte-js/core'
import { createTestClock } from '@flyte-js/testing'
import { ClientSecretBasic, clockSkew, clockTolerance, INVALID_RESPONSE, OperationProcessingError } from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { shownBy } from '../test/canaries.js'
import { exchangeCode } from './authorization-code.js'

const issuer = 'https://login.example.com'
const server = { issuer, token_endpoint: `${issuer}/token` }
const secret = 'canary-secret'
const attempt = {
  state: 'canary-state',
  codeVerifier: 'canary-verifier',
  redirectUri: 'https://portal.example.com/callback',
  clientId: 'portal',
  issuer,
}
const now = Date.UTC(2026, 0, 1)

/** An ID token that nobody has signed: its signature is for others to look at. */
function idTokenOf(claims: Record<string, unknown>): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const all = { iss: issuer, aud: 'portal', sub: 's', iat: now / 1000, exp: now / 1000 + 60, ...claims }
  return `${encode({ alg: 'RS256' })}.${encode(all)}.AAAA`
}

/** One exchange whose answer is given. */
function setUp(answer: object, status = 200) {
  const bodies: string[] = []
  const exchange = {
    server,
    clientAuth: ClientSecretBasic(secret),
    secrets: [secret],
    clock: createTestClock(now),
    times: { [clockSkew]: (now - Date.now()) / 1000, [clockTolerance]: 10 },
    fetch: async (_: string | URL, init?: { body?: unknown }) => {
      bodies.push(String(init?.body))
      return Response.json({ access_token: 'a', token_type: 'Bearer', ...answer }, { status })
    },
  }
  return { bodies, exchange }
}

describe('the exchange of a code', () => {
  it('sends the code, the redirect URI and the verifier, where there is one', async () => {
    const { bodies, exchange } = setUp({})
    await exchangeCode(attempt, 'the-code', exchange)
    const { codeVerifier: _, ...without } = attempt
    await exchangeCode(without, 'the-code', exchange)
    const common = { grant_type: 'authorization_code', code: 'the-code', redirect_uri: attempt.redirectUri }
    expect(bodies.map((body) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
      { ...common, code_verifier: 'canary-verifier' },
      common,
    ])
  })

  it('wants the ID token of this attempt, and no other', async () => {
    const asked = { ...attempt, nonce: 'canary-nonce' }
    const cases: [object, object, boolean][] = [
      [asked, { id_token: idTokenOf({ nonce: 'canary-nonce' }) }, true],
      [asked, { id_token: idTokenOf({ nonce: 'another' }) }, false],
      [asked, { id_token: idTokenOf({}) }, false],
      [asked, {}, false],
      [attempt, { id_token: idTokenOf({ nonce: 'uninvited' }) }, false],
      [attempt, {}, true],
    ]
    for (const [each, answer, isGood] of cases) {
      const { exchange } = setUp(answer)
      const result = await exchangeCode(each as typeof attempt, 'code', exchange).then(
        () => true,
        (error: AuthError) => error.code,
      )
      expect(result).toBe(isGood || 'FLYTE_AUTH_RESPONSE_INVALID')
    }
  })

  it('judges the times of an ID token by the clock and the tolerance that were given', async () => {
    for (const [exp, isGood] of [
      [now / 1000 - 9, true],
      [now / 1000 - 11, false],
    ] as const) {
      const { exchange } = setUp({ id_token: idTokenOf({ exp }) })
      const result = exchangeCode(attempt, 'code', exchange)
      await (isGood ? expect(result).resolves.toMatchObject({ accessToken: 'a' }) : expect(result).rejects.toThrow())
    }
    const { times: _, ...strict } = setUp({ id_token: idTokenOf({}) }).exchange
    // By the system's clock it is long over.
    await expect(exchangeCode(attempt, 'code', strict)).rejects.toThrow()
  })

  it('waits for a closer look, and passes errors of ours on as they are', async () => {
    const own = new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', 'the keys')
    const { exchange } = setUp({})
    await expect(exchangeCode(attempt, 'code', { ...exchange, check: () => Promise.reject(own) })).rejects.toBe(own)
    const other = new OperationProcessingError('no', { code: INVALID_RESPONSE })
    await expect(
      exchangeCode(attempt, 'code', { ...exchange, check: () => Promise.reject(other) }),
    ).rejects.toMatchObject({ code: 'FLYTE_AUTH_RESPONSE_INVALID' })
  })

  it('shows nothing of what was sent, though the server repeats it', async () => {
    const asked = { ...attempt, nonce: 'canary-nonce' }
    for (const echo of ['canary-code', 'canary-verifier', 'canary-nonce', secret]) {
      const { exchange } = setUp({ error: 'invalid_grant', error_description: `no ${echo}` }, 400)
      const error = await exchangeCode(asked, 'canary-code', exchange).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'invalid_grant' })
      expect(shownBy(error)).toEqual([])
    }
  })
})
