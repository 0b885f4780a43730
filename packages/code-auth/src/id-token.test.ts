import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createKey, type Forged, forgeIdTokens, withHeader } from '../test/forged-id-token.js'
import { createBrowser, createPortal, origin, startProvider } from '../test/portal.js'

const provider = await startProvider()
afterAll(() => provider.close())
const key = await createKey('first')
const other = await createKey('second')
const forging = forgeIdTokens(provider, key)

beforeEach(() => {
  Object.assign(forging, { key, published: [key.jwk], next: {}, accessToken: 'an-access-token' })
  provider.clearRequests()
})

/** Logs in with an ID token, and says what the callback answers. */
async function logIn(forged: Forged = {}, portal = createPortal({ issuer: provider.issuer })) {
  forging.next = forged
  const browser = createBrowser(portal)
  const answer = await browser.followRedirects(`${origin}/login`, { until: `${origin}/callback` })
  const response = await browser.request(answer)
  const body = await response.text()
  return { status: response.status, body, portal, me: await browser.me() }
}

const now = () => Math.floor(Date.now() / 1000)

describe('an ID token', () => {
  it('that is right makes a session', async () => {
    const { status, me } = await logIn({ claims: { name: 'Forged', email: 'forged@example.com', extra: 'no' } })
    expect(status).toBe(303)
    expect(me?.user).toEqual({ subject: 'forged', name: 'Forged', email: 'forged@example.com' })
  })

  it.each<[string, Forged]>([
    ['another issuer', { claims: { iss: 'https://evil.example.com' } }],
    ['another audience', { claims: { aud: 'another' } }],
    ['several audiences and no authorized party', { claims: { aud: ['portal', 'another'] } }],
    ['another authorized party', { claims: { aud: ['portal', 'another'], azp: 'another' } }],
    ['another nonce', { claims: { nonce: 'another' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['no subject', { claims: { sub: undefined } }],
    ['an empty subject', { claims: { sub: '' } }],
    ['no issue time', { claims: { iat: undefined } }],
    ['an expiry in the past', { claims: { exp: now() - 120 } }],
    ['no expiry', { claims: { exp: undefined } }],
    ['an issue time in the future', { claims: { iat: now() + 300, exp: now() + 600 } }],
    ['a beginning in the future', { claims: { nbf: now() + 300 } }],
    ['no signature (alg: none)', { change: (token) => withHeader(token, { alg: 'none' }, '') }],
    ['another algorithm', { change: (token) => withHeader(token, { alg: 'HS256', kid: 'first' }) }],
    ['a key that nobody has', { header: { kid: 'unknown' } }],
    ['a changed signature', { change: (token) => `${token.slice(0, -8)}AAAAAAAA` }],
    [
      'an extension that nobody knows',
      { change: (token) => withHeader(token, { alg: 'RS256', kid: 'first', crit: ['x'] }) },
    ],
    ['nothing that is a token', { change: () => 'not.a.token' }],
  ])('with %s is refused, and the browser hears a code alone', async (_, forged) => {
    const { status, body, portal, me } = await logIn(forged)
    expect({ status, body, me }).toEqual({
      status: 502,
      body: '{"code":"FLYTE_AUTH_RESPONSE_INVALID"}',
      me: null,
    })
    expect(portal.events.filter(({ type }) => type === 'session.started')).toEqual([])
  })

  it.each<[string, Forged]>([
    ['expired half a minute ago', { claims: { exp: now() - 30 } }],
    ['comes from half a minute ahead', { claims: { iat: now() + 30, nbf: now() + 30 } }],
  ])('that %s is taken: clocks differ', async (_, forged) => {
    expect((await logIn(forged)).status).toBe(303)
  })

  it('signed by the key of somebody else is refused, though its name is right', async () => {
    forging.key = { ...other, kid: 'first' }
    expect(await logIn()).toMatchObject({ status: 502, me: null })
  })

  it('goes by the clock of the server that was given', async () => {
    const portal = createPortal({ issuer: provider.issuer })
    portal.clock.setNow(Date.now() + 3_600_000)
    expect((await logIn({}, portal)).status).toBe(502)
    expect((await logIn({ claims: { iat: now() + 3600, exp: now() + 3900 } }, portal)).status).toBe(303)
  })
})

describe('the ID token of a renewal', () => {
  it('is validated like the first, and cannot be somebody else’s', async () => {
    const portal = createPortal({ issuer: provider.issuer })
    const browser = createBrowser(portal)
    await browser.logIn()
    const before = await browser.me()
    await portal.clock.advance(280_000)
    const refusals: Forged[] = [
      { claims: { sub: 'somebody else' } },
      { claims: { aud: 'another' } },
      { change: (token) => `${token.slice(0, -8)}AAAAAAAA` },
    ]
    for (const forged of refusals) {
      Object.assign(forging, { next: forged, accessToken: 'not-to-be-used' })
      expect((await browser.me())?.accessToken).toBe(before?.accessToken)
      await portal.clock.advance(5_000)
    }
    const failures = portal.events.filter(({ type }) => type === 'token.failed')
    expect(failures).toHaveLength(3)
    for (const each of failures) expect(each).toMatchObject({ code: 'FLYTE_AUTH_RESPONSE_INVALID' })
    Object.assign(forging, { next: {}, accessToken: 'new' })
    expect((await browser.me())?.accessToken).toBe('new')
  })
})

describe('the keys of the provider', () => {
  it('are fetched once for many logins, and again for a key that is not among them', async () => {
    const portal = createPortal({ issuer: provider.issuer })
    for (let each = 0; each < 3; each++) expect((await logIn({}, portal)).status).toBe(303)
    expect(provider.requestsTo('/jwks')).toHaveLength(1)
    Object.assign(forging, { key: other, published: [other.jwk] })
    expect((await logIn({}, portal)).status).toBe(303)
    expect(provider.requestsTo('/jwks')).toHaveLength(2)
  })

  it('that cannot be had are said to be so', async () => {
    const takeBack = provider.answer('/jwks', { status: 503, body: 'down' })
    const cut = provider.fault('/jwks', { kind: 'reset' })
    const portal = createPortal({ issuer: provider.issuer })
    expect(await logIn({}, portal)).toMatchObject({ status: 503, body: '{"code":"FLYTE_AUTH_SERVER_UNREACHABLE"}' })
    expect(portal.events.at(-1)).toMatchObject({ type: 'session.refused', reason: expect.stringContaining('/jwks') })
    cut()
    expect(await logIn({}, portal)).toMatchObject({ status: 502, body: '{"code":"FLYTE_AUTH_RESPONSE_INVALID"}' })
    takeBack()
    expect((await logIn({}, portal)).status).toBe(303)
  })
})
