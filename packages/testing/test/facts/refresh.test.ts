import { describe, expect, test } from 'vitest'
import { type Answer, claimsOf, type Target, useTarget } from './target.js'

interface Tokens {
  access_token: string
  refresh_token: string
  scope: string
  expires_in: number
}

const serverError = {
  error: 'server_error',
  error_description:
    'The authorization server encountered an unexpected condition that prevented it from fulfilling the request.',
}

function refresh(target: Target, refreshToken: string, form: Record<string, string> = {}): Promise<Answer> {
  return target.requestToken(
    { grant_type: 'refresh_token', client_id: 'flytectl', refresh_token: refreshToken, ...form },
    {},
  )
}

async function tokensOf(target: Target, scope?: string): Promise<Tokens> {
  return (await target.exchange(await target.logIn(scope === undefined ? {} : { scope }))).json<Tokens>()
}

describe('refresh tokens', () => {
  const target = useTarget()

  test('fact 30: one comes only with the scope offline, and the returned scope is not the requested one', async () => {
    const offline = await tokensOf(target)
    expect(offline).toEqual({
      access_token: expect.any(String),
      expires_in: 1799,
      refresh_token: expect.any(String),
      scope: 'f.all offline access_token',
      token_type: 'bearer',
    })
    expect(claimsOf(offline.access_token)).toMatchObject({
      aud: [target.url],
      client_id: 'flytectl',
      sub: 'user-1',
      scp: ['all', 'offline', 'f.all', 'access_token'],
    })
    expect(claimsOf(offline.refresh_token).scp).toEqual(['f.all', 'offline', 'access_token'])

    const online = await tokensOf(target, 'all')
    expect(online).not.toHaveProperty('refresh_token')
    expect(online.scope).toBe('all f.all access_token')

    // A scope in the refresh is not looked at, not even a wrong one.
    const replayed = await refresh(target, offline.refresh_token, { scope: 'bogus' })
    expect(replayed.json<Tokens>().scope).toBe('f.all offline access_token')
    expect(claimsOf(replayed.json<Tokens>().access_token).scp).toEqual(['all', 'offline', 'access_token'])
  })

  test('fact 31: no state is kept: codes and old refresh tokens can be used again', async () => {
    const callback = await target.logIn()
    const first = (await target.exchange(callback)).json<Tokens>()
    const second = (await target.exchange(callback)).json<Tokens>()
    expect(second.access_token).toMatch(/^ey/)
    const renewed = (await refresh(target, first.refresh_token)).json<Tokens>()
    const jtis = [first, second, renewed].map((tokens) => claimsOf(tokens.access_token).jti)
    expect(new Set(jtis).size).toBe(1)
    expect((await refresh(target, first.refresh_token)).status).toBe(200)
    expect((await refresh(target, renewed.refresh_token)).status).toBe(200)
    // Even an access token will do, since it has the scope.
    expect((await refresh(target, renewed.access_token)).status).toBe(200)
  })

  test('fact 31: refreshes within the same second give the identical token', async () => {
    const { refresh_token: refreshToken } = await tokensOf(target)
    const pairs: Tokens[][] = []
    // A second may end between the two of a pair, but not within each of three.
    for (let attempt = 0; attempt < 3; attempt++) {
      const answers = await Promise.all([refresh(target, refreshToken), refresh(target, refreshToken)])
      pairs.push(answers.map((answer) => answer.json<Tokens>()))
    }
    const sameSecond = pairs.filter(([left, right]) => expiryOf(left) === expiryOf(right))
    expect(sameSecond.length).toBeGreaterThan(0)
    for (const [left, right] of sameSecond) expect(left).toEqual(right)
  })

  test('fact 32: garbage, and a code that was tampered with, get HTTP 500 server_error', async () => {
    const answers = [
      await refresh(target, 'garbage'),
      await refresh(target, 'not.a.token'),
      await refresh(target, ''),
      await target.exchange(new URL('http://localhost/?code=garbage')),
    ]
    const callback = await target.logIn()
    const code = callback.searchParams.get('code') ?? ''
    callback.searchParams.set('code', `${code.slice(0, -8)}AAAAAAAA`)
    answers.push(await target.exchange(callback))
    for (const answer of answers) expect([answer.status, answer.json()]).toEqual([500, serverError])
  })

  test('fact 33: a public client’s refresh needs its client_id in the body', async () => {
    const { refresh_token: refreshToken, access_token: accessToken } = await tokensOf(target)
    const without = await target.requestToken({ grant_type: 'refresh_token', refresh_token: refreshToken }, {})
    expect([without.status, without.json<{ error: string }>().error]).toEqual([400, 'invalid_request'])
    expect(without.text).toContain('Client credentials missing or malformed')
    const other = await refresh(target, refreshToken, { client_id: 'flyte-cli' })
    expect([other.status, other.json<{ error: string }>().error]).toEqual([400, 'invalid_grant'])
    expect((await refresh(target, refreshToken)).status).toBe(200)

    const online = await refresh(target, (await tokensOf(target, 'all')).access_token)
    expect([online.status, online.json<{ error: string }>().error]).toEqual([403, 'scope_not_granted'])
    expect(accessToken).toMatch(/^ey/)
  })
})

describe('with short lifetimes', () => {
  const target = useTarget('short')

  test('fact 32: an expired code and an expired refresh token get HTTP 500 server_error', async () => {
    const callback = await target.logIn()
    const first = (await target.exchange(callback)).json<Tokens>()
    expect(first.expires_in).toBe(4)
    await target.elapse(2000)
    const renewed = (await refresh(target, first.refresh_token)).json<Tokens>()
    // When the login was stays in the token; when it expires moves on.
    expect(claimsOf(renewed.access_token).iat).toBe(claimsOf(first.access_token).iat)
    expect(expiryOf(renewed)).toBeGreaterThan(expiryOf(first))

    await target.elapse(4500)
    const lateCode = await target.exchange(callback)
    expect([lateCode.status, lateCode.json()]).toEqual([500, serverError])
    const me = await target.send('/me', { headers: { authorization: `Bearer ${first.access_token}` } })
    expect([me.status, me.json<{ message: string }>().message]).toEqual([
      401,
      expect.stringContaining('Token is expired'),
    ])
    expect((await refresh(target, first.refresh_token)).status).toBe(200)

    await target.elapse(17_000)
    for (const token of [first.refresh_token, renewed.refresh_token]) {
      const late = await refresh(target, token)
      expect([late.status, late.json()]).toEqual([500, serverError])
    }
  }, 60_000)
})

function expiryOf(tokens: Tokens | undefined): number {
  return Number(claimsOf(tokens?.access_token ?? '').exp)
}
