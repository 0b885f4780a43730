import type { AuthorizationServer } from '@flyte-js/auth'
import { AuthError } from '@flyte-js/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everythingOf } from '../../auth/test/canaries.js'
import { createPkceLogin, resumePkceLogin } from './pkce-login.js'

const redirectUri = 'http://localhost:53593/callback'
const issuer = 'https://flyte.example.com'

/** A login whose token requests are counted, and refused. */
async function begin(changes: Partial<AuthorizationServer> = {}) {
  const server: AuthorizationServer = {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    ...changes,
  }
  const bodies: string[] = []
  const fetch = async (_: unknown, init?: { body?: unknown }) => {
    bodies.push(String(init?.body))
    return Response.json({ error: 'invalid_grant' }, { status: 400 })
  }
  const login = await createPkceLogin({ server, clientId: 'flytectl', redirectUri, scopes: [], fetch })
  const answer = (parameters: Record<string, string | string[]>, base = redirectUri) => {
    const url = new URL(base)
    for (const [name, values] of Object.entries({ state: login.attempt.state, ...parameters }))
      for (const value of [values].flat()) url.searchParams.append(name, value)
    return url.href
  }
  /** The code of the error that a callback leads to; `sent`: its code was sent to the token endpoint, which refused it. */
  const finish = async (url: string) => {
    const before = bodies.length
    const error = await login.finish(url).catch((caught: unknown) => caught)
    if (!AuthError.isInstance(error)) throw error
    return bodies.length > before ? 'sent' : error.code
  }
  return { login, bodies, answer, finish, server, fetch }
}

describe('a callback that is no answer to the login', () => {
  it.each([
    ['of another state', { state: 'A'.repeat(43), code: 'stolen' }],
    ['without a state', { state: [], code: 'stolen' }],
    ['of two states', { state: ['A'.repeat(43)], code: 'stolen' }],
    ['that says an error for another state', { state: 'A'.repeat(43), error: 'access_denied' }],
    ['with an empty state', { state: '', code: 'stolen' }],
  ])('%s is refused, and ends nothing', async (_, parameters) => {
    const { answer, finish, bodies } = await begin()
    expect(await finish(answer(parameters))).toBe('FLYTE_AUTH_STATE_MISMATCH')
    expect(bodies).toEqual([])
    expect(await finish(answer({ code: 'honest' }))).toBe('sent')
  })

  it('with its state twice is refused', async () => {
    const { login, answer, finish } = await begin()
    expect(await finish(answer({ state: [login.attempt.state, login.attempt.state], code: 'x' }))).toBe(
      'FLYTE_AUTH_STATE_MISMATCH',
    )
    expect(await finish(answer({ code: 'honest' }))).toBe('sent')
  })

  it.each([
    'http://localhost:53593/other',
    'http://localhost:53593/callback/',
    'http://localhost:53594/callback',
    'http://127.0.0.1:53593/callback',
    'https://localhost:53593/callback',
  ])('at %s is refused, though it has the state', async (base) => {
    const { login, answer, finish } = await begin()
    expect(login.isAnswer(answer({ code: 'x' }, base))).toBe(false)
    expect(await finish(answer({ code: 'x' }, base))).toBe('FLYTE_AUTH_STATE_MISMATCH')
  })

  it('may be anything at all', async () => {
    const { login, bodies } = await begin()
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true }), fc.webQueryParameters()),
        async (text) => {
          expect(login.isAnswer(text)).toBe(false)
          const error = await login.finish(text).catch((caught: unknown) => caught)
          expect(AuthError.isInstance(error)).toBe(true)
        },
      ),
    )
    expect(bodies).toEqual([])
  })
})

describe('an answer to the login', () => {
  it('is taken once, whoever comes first', async () => {
    const { answer, finish, bodies } = await begin()
    const url = answer({ code: 'the-code' })
    expect(await Promise.all([finish(url), finish(url), finish(answer({ code: 'another' }))])).toContain('sent')
    expect(bodies).toHaveLength(1)
    expect(await finish(url)).toBe('FLYTE_AUTH_CALLBACK_REPLAYED')
    expect(bodies).toHaveLength(1)
  })

  it('sends the code with the verifier, the redirect URI and the id, and no secret but those', async () => {
    const { login, answer, finish, bodies } = await begin()
    await finish(answer({ code: 'the code+&=' }))
    expect(Object.fromEntries(new URLSearchParams(bodies[0]))).toEqual({
      grant_type: 'authorization_code',
      code: 'the code+&=',
      code_verifier: login.attempt.codeVerifier,
      redirect_uri: redirectUri,
      client_id: 'flytectl',
    })
  })

  it('of another server is refused, and ends nothing (RFC 9207)', async () => {
    const { answer, finish } = await begin()
    expect(await finish(answer({ code: 'stolen', iss: 'https://evil.example.com' }))).toBe('FLYTE_AUTH_ISSUER_MISMATCH')
    expect(await finish(answer({ error: 'access_denied', iss: 'https://evil.example.com' }))).toBe(
      'FLYTE_AUTH_ISSUER_MISMATCH',
    )
    expect(await finish(answer({ code: 'x', iss: [issuer, 'https://evil.example.com'] }))).toBe(
      'FLYTE_AUTH_ISSUER_MISMATCH',
    )
    expect(await finish(answer({ code: 'honest', iss: issuer }))).toBe('sent')
  })

  it('must say who answers where the server has promised that', async () => {
    const { answer, finish } = await begin({ authorization_response_iss_parameter_supported: true })
    expect(await finish(answer({ code: 'x' }))).toBe('FLYTE_AUTH_ISSUER_MISMATCH')
    expect(await finish(answer({ code: 'x', iss: issuer }))).toBe('sent')
  })

  it.each([
    ['without a code', {}],
    ['with an empty code', { code: '' }],
    ['with two codes', { code: ['one', 'two'] }],
    ['with two errors', { error: ['one', 'two'] }],
    ['with a token', { code: 'x', token: 'y' }],
    ['in a JWT', { code: 'x', response: 'y' }],
  ])('%s is none, and ends nothing', async (_, parameters) => {
    const { answer, finish, bodies } = await begin()
    expect(await finish(answer(parameters))).toBe('FLYTE_AUTH_RESPONSE_INVALID')
    expect(bodies).toEqual([])
    expect(await finish(answer({ code: 'honest' }))).toBe('sent')
  })

  it('that refuses ends the login, in the words of the server', async () => {
    const { login, answer, finish } = await begin()
    const url = answer({ error: 'access_denied', error_description: 'You may\nnot <b>enter</b>' })
    await expect(login.finish(url)).rejects.toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      grant: 'authorization_code',
      oauthError: 'access_denied',
      oauthErrorDescription: 'You may not <b>enter</b>',
      endpoint: `${issuer}/oauth2/authorize`,
      message: expect.stringMatching(/access_denied.*You may not.*log in again, as somebody who may/),
    })
    expect(await finish(answer({ code: 'late' }))).toBe('FLYTE_AUTH_CALLBACK_REPLAYED')
  })

  it.each(['login_required', 'interaction_required', 'consent_required'])(
    'that says %s says what to do',
    async (error) => {
      const { login, answer } = await begin()
      await expect(login.finish(answer({ error }))).rejects.toThrow('A person must be asked')
    },
  )
})

describe('an attempt that is taken up again', () => {
  it('finishes', async () => {
    const { login, answer, server, fetch, bodies } = await begin()
    const stored = JSON.parse(JSON.stringify(login.attempt))
    const resumed = resumePkceLogin(stored, { server, fetch })
    await expect(resumed.finish(answer({ code: 'x' }))).rejects.toMatchObject({ oauthError: 'invalid_grant' })
    expect(new URLSearchParams(bodies[0]).get('code_verifier')).toBe(login.attempt.codeVerifier)
  })

  it('sends nothing to another server than was asked (mix-up)', async () => {
    const { login, server } = await begin()
    expect(() => resumePkceLogin(login.attempt, { server: { ...server, issuer: 'https://evil.example.com' } })).toThrow(
      expect.objectContaining({ code: 'FLYTE_AUTH_ISSUER_MISMATCH' }),
    )
  })
})

it('shows no code, verifier, state or nonce in any error', async () => {
  const canary = 'canary-code-0123456789'
  const { login, answer, server } = await begin()
  const { state, codeVerifier } = login.attempt
  const errors: unknown[] = []
  const echo = async () =>
    Response.json({ error: 'invalid_grant', error_description: `no ${canary} ${codeVerifier}` }, { status: 400 })
  const collect = (promise: Promise<unknown>) => promise.catch((error: unknown) => errors.push(error))
  const other = 'B'.repeat(43)
  for (const url of [
    answer({ code: canary, state: other }),
    answer({ code: canary, iss: `https://evil.example.com/?${canary}` }),
    answer({ code: [canary, canary] }),
    answer({ code: canary, response: canary }),
    `not a url ${canary}`,
  ])
    await collect(login.finish(url))
  await collect(resumePkceLogin(login.attempt, { server, fetch: echo }).finish(answer({ code: canary })))
  await collect(
    resumePkceLogin(login.attempt, { server }).finish(answer({ error: `x${state}`, error_description: codeVerifier })),
  )
  expect(errors).toHaveLength(7)
  for (const error of errors)
    for (const secret of [canary, state, codeVerifier]) expect(everythingOf(error)).not.toContain(secret)
})
