// Tokens that a provider never gave, or that are not for us; and what becomes of those that it did give.

import { SignJWT } from 'jose'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKey, type Forged, forgeIdTokens, withHeader } from '../forged-id-token.js'
import { startProvider } from '../portal.js'
import { ask, clientSecret, comeBack, createPortal, expectRefused, logIn, origin, startScene } from './scene.js'

const seconds = () => Math.floor(Date.now() / 1000)

describe('an ID token', async () => {
  const provider = await startProvider()
  afterAll(() => provider.close())
  const key = await createKey('first')
  const forging = forgeIdTokens(provider, key)
  beforeEach(() => {
    Object.assign(forging, { key, published: [key.jwk], next: {} })
  })

  /** The public key as the secret of an HMAC: what a library does that lets a token choose (algorithm confusion). */
  async function signedWith(secret: string, token: string): Promise<string> {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString())
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(new TextEncoder().encode(secret))
  }

  test.each<[string, Forged]>([
    ['of another issuer', { claims: { iss: 'https://evil.example.com' } }],
    ['of an issuer that begins like ours', { claims: { iss: `${provider.issuer}.evil.example.com` } }],
    ['of our issuer with a slash', { claims: { iss: `${provider.issuer}/` } }],
    ['for another client', { claims: { aud: 'another' } }],
    ['for another client too, which asked for it', { claims: { aud: ['portal', 'another'], azp: 'another' } }],
    ['of another login', { claims: { nonce: 'another' } }],
    ['of no login', { claims: { nonce: undefined } }],
    ['that has expired', { claims: { exp: seconds() - 3_600 } }],
    ['that never expires', { claims: { exp: undefined } }],
    ['that expires at a text', { claims: { exp: 'tomorrow' } }],
    ['of the future', { claims: { iat: seconds() + 3_600, exp: seconds() + 7_200 } }],
    ['that is not good yet', { claims: { nbf: seconds() + 3_600 } }],
    ['of nobody', { claims: { sub: '' } }],
    ['of a person that is no text', { claims: { sub: { admin: true } } }],
    ['without a signature', { change: (token) => withHeader(token, { alg: 'none' }, '') }],
    ['without a signature, in other letters', { change: (token) => withHeader(token, { alg: 'nOnE' }, '') }],
    ['with the signature of another', { change: (token) => withHeader(token, { alg: 'RS256', kid: 'first' }, 'AAAA') }],
    ['with a key of its own', { change: (token) => withHeader(token, { alg: 'RS256', jwk: key.jwk, kid: 'evil' }) }],
    [
      'with a key from elsewhere',
      { change: (token) => withHeader(token, { alg: 'RS256', jku: 'https://evil.example.com/jwks', kid: 'evil' }) },
    ],
    ['with a key that nobody has', { header: { kid: '../../../dev/null' } }],
  ])('%s makes no session', async (_, forged) => {
    forging.next = forged
    const portal = createPortal({ issuer: provider.issuer })
    const { answer, cookie } = await comeBack(portal)
    await expectRefused(await ask(portal, answer.href, { cookie }), 502, 'FLYTE_AUTH_RESPONSE_INVALID')
    // Neither a name nor a token of it is told to anybody.
    expect(JSON.stringify(portal.events)).not.toMatch(/evil|forged|an-access-token|eyJ/)
  })

  test.each([
    ['the client secret', clientSecret],
    ['the public key', JSON.stringify(key.jwk)],
    ['nothing', ' '],
  ])('that is signed with HMAC and %s makes no session', async (_, secret) => {
    const portal = createPortal({ issuer: provider.issuer })
    const { answer, cookie } = await comeBack(portal)
    const now = seconds()
    const nonce = provider.requestsTo('/auth').at(-1)?.query.get('nonce')
    const claims = { iss: provider.issuer, aud: 'portal', sub: 'forged', iat: now, exp: now + 300, nonce }
    const token = await signedWith(secret, `.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`)
    forging.next = { change: () => token }
    await expectRefused(await ask(portal, answer.href, { cookie }), 502, 'FLYTE_AUTH_RESPONSE_INVALID')
  })

  test('that comes with a renewal cannot make somebody else of a person', async () => {
    const portal = createPortal({ issuer: provider.issuer })
    const { browser } = await logIn(portal)
    expect(await browser.me()).toMatchObject({ user: { subject: 'forged' } })
    forging.next = { claims: { sub: 'admin', nonce: undefined } }
    await portal.clock.advance(301_000)
    const response = await browser.request(`${origin}/me`, { headers: { accept: 'application/json' } })
    expect(response.status).not.toBe(200)
    expect(await response.text()).toMatch(/^\{"code":"\w+"\}$/)
    expect(JSON.stringify(portal.events)).not.toContain('admin')
  })
})

describe('what is secret', async () => {
  const scene = await startScene()
  afterAll(() => scene[Symbol.asyncDispose]())
  afterEach(() => scene.expectNothingTold())

  test('is in no answer and no event of a whole session: login, calls, renewals, logout', async () => {
    const portal = scene.portal({ endProviderSession: false })
    const { browser } = await logIn(portal)
    for (let round = 0; round < 3; round += 1) {
      expect((await browser.request(`${origin}/api/v1/projects`)).status).toBe(200)
      expect((await browser.request(`${origin}/api/v1/projects/none`)).status).toBe(404)
      await portal.clock.advance(290_000)
    }
    expect(scene.provider.requestsTo('/token').length).toBeGreaterThan(1)
    await browser.request(`${origin}/logout`)
    expect(portal.events.length).toBeGreaterThan(2)
  })

  test.each<[string, { status: number; body: object | string }]>([
    [
      'refused, in words that hold a token',
      { status: 400, body: { error: 'invalid_grant', error_description: 'canary-of-the-server' } },
    ],
    [
      'refused, as Flyte Admin does',
      { status: 500, body: { error: 'server_error', error_description: 'canary-of-the-server' } },
    ],
    ['answered with a page', { status: 502, body: '<html>canary-of-the-server</html>' }],
    ['answered with nonsense', { status: 200, body: { access_token: 7, canary: 'canary-of-the-server' } }],
  ])('is not told when a renewal is %s', async (_, { status, body }) => {
    const portal = scene.portal()
    const { browser } = await logIn(portal)
    const take = scene.provider.answer('/token', { status, body })
    await portal.clock.advance(301_000)
    const response = await browser.request(`${origin}/api/v1/projects`)
    take()
    expect([401, 502, 503]).toContain(response.status)
    expect((await response.text()) + JSON.stringify(portal.events)).not.toContain('canary')
  })

  test.each<[string, { status: number; body: object | string }]>([
    ['refuses the code', { status: 400, body: { error: 'invalid_grant', error_description: 'canary-of-the-server' } }],
    ['does not know us', { status: 401, body: { error: 'invalid_client', error_description: 'canary-of-the-server' } }],
    ['is broken', { status: 500, body: 'canary-of-the-server' }],
  ])('is not told when the provider %s', async (_, { status, body }) => {
    const portal = scene.portal()
    const { answer, cookie } = await comeBack(portal)
    const take = scene.provider.answer('/token', { status, body })
    const response = await ask(portal, answer.href, { cookie })
    take()
    expect([400, 502, 503]).toContain(response.status)
    const text = await response.text()
    expect(text).toMatch(/^\{"code":"\w+"\}$/)
    expect(text + [...response.headers]).not.toContain('canary')
  })

  test('is not told by the words that a provider puts into the address', async () => {
    const portal = scene.portal()
    const { answer, cookie } = await comeBack(portal)
    const url = new URL(answer)
    url.searchParams.delete('code')
    url.searchParams.set('error', 'access_denied')
    url.searchParams.set('error_description', '<script>canary</script>')
    url.searchParams.set('error_uri', 'https://evil.example.com/canary')
    const response = await ask(portal, url.href, { cookie, accept: 'text/html', 'sec-fetch-mode': 'navigate' })
    const text = await response.text()
    expect(response.status).toBe(403)
    expect(text).toContain('FLYTE_AUTH_GRANT_REFUSED')
    expect(text).not.toMatch(/canary|script|evil/)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})
