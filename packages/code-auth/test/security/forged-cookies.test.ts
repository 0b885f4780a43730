// Cookies that somebody wrote, changed, cut, or moved to another place.
import { randomBytes } from 'node:crypto'
import { memoryStore } from '@flyte-js/token-store'
import fc from 'fast-check'
import { base64url, EncryptJWT } from 'jose'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { createKey, forgeIdTokens } from '../forged-id-token.js'
import { startProvider } from '../portal.js'
import { ask, comeBack, cookieKey, createPortal, expectRefused, logIn, type Portal, startScene } from './scene.js'

const scene = await startScene()
afterAll(() => scene[Symbol.asyncDispose]())
afterEach(() => scene.expectNothingTold())
const name = '__Host-flyte-js-session'
const contentOf = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1)

/** Nobody is logged in: neither to a handler, nor to Flyte Admin. */
async function expectNobody(portal: Portal, cookie: string): Promise<void> {
  const page = await ask(portal, '/me', { cookie })
  expect([page.status, await page.text()]).toEqual([200, 'null'])
  await expectRefused(await ask(portal, '/api/v1/projects', { cookie }), 401, 'FLYTE_AUTH_LOGGED_OUT')
}

describe.each(['memory', 'cookie'] as const)('the cookie of a session whose tokens are in: %s', (kind) => {
  const create = (keys?: readonly string[]) =>
    scene.portal({ store: kind === 'cookie' ? 'cookie' : memoryStore(), ...(keys && { cookieKeys: keys }) })

  test('is nobody when a character of it is another', async () => {
    const portal = create()
    const { cookie } = await logIn(portal)
    const value = contentOf(cookie)
    const step = Math.ceil(value.length / 40)
    for (let index = 0; index < value.length; index += step) {
      const other = value[index] === 'A' ? 'B' : 'A'
      await expectNobody(portal, `${name}=${value.slice(0, index)}${other}${value.slice(index + 1)}`)
    }
  })

  test('is nobody when it was cut, doubled, or has another end', async () => {
    const portal = create()
    const { cookie } = await logIn(portal)
    const value = contentOf(cookie)
    const parts = value.split('.')
    const changed = [
      ...[1, 2, 10, 100, value.length - 1].map((length) => value.slice(0, -length)),
      // The second part is empty as it is: nothing encrypts the key.
      ...[0, 2, 3, 4].map((index) => parts.with(index, '').join('.')),
      parts.with(1, 'AAAA').join('.'),
      ...parts.map((_, index) => parts.slice(0, index).join('.')),
      [...parts].reverse().join('.'),
      value + value,
      `${value}.`,
      `${value}AAAA`,
      `.${value}`,
      `2~${value}`,
      `3~${value}`,
      `9~${value}`,
    ]
    for (const each of changed) await expectNobody(portal, `${name}=${each}`)
  })

  test('is nobody with the content of one and the seal of another', async () => {
    const portal = create()
    const [one, other] = [await logIn(portal), await logIn(portal)]
    const parts = contentOf(one.cookie).split('.')
    const others = contentOf(other.cookie).split('.')
    for (const index of [2, 3, 4]) {
      await expectNobody(portal, `${name}=${parts.with(index, others[index] as string).join('.')}`)
    }
  })

  test('is nobody where it was not made: under other keys, and under one that was taken out', async () => {
    const [key, newer] = [cookieKey(), cookieKey()]
    const { cookie } = await logIn(create([key]))
    await expectNobody(create([newer]), cookie)
    await expectNobody(create([`${key}x`]), cookie)
    await expectNobody(create([key.slice(0, 32).padEnd(key.length, 'x')]), cookie)
  })

  test('is nobody with an id of a key that nobody has, or with none', async () => {
    const portal = create()
    const { cookie } = await logIn(portal)
    const [header = '', ...rest] = contentOf(cookie).split('.')
    const said = JSON.parse(Buffer.from(header, 'base64url').toString())
    const forged = [
      { ...said, kid: 'unknown' },
      { ...said, kid: '' },
      { ...said, kid: '__proto__' },
      { ...said, kid: 0 },
      { ...said, kid: undefined },
      { ...said, alg: 'none' },
      { ...said, alg: 'A256KW' },
      { ...said, alg: 'RSA-OAEP' },
      { ...said, alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31, p2s: 'x' },
      { ...said, enc: 'A128CBC-HS256' },
      { ...said, zip: 'DEF' },
      { ...said, crit: ['exp'] },
      { ...said, jwk: { kty: 'oct', k: 'AAAA' } },
      { ...said, extra: 1 },
      [],
      null,
      'text',
    ]
    for (const each of forged) {
      await expectNobody(portal, `${name}=${[base64url.encode(JSON.stringify(each)), ...rest].join('.')}`)
    }
  })

  test('is nobody when an attacker sealed it with a key of their own, and our name for it', async () => {
    const portal = create()
    const { cookie } = await logIn(portal)
    const { kid } = JSON.parse(Buffer.from(contentOf(cookie).split('.')[0] as string, 'base64url').toString())
    const forged = await new EncryptJWT({ id: 'x', token: 'x', user: { subject: 'admin' }, seen: 0 })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
      .setAudience('session')
      .setIssuedAt()
      .setExpirationTime('1h')
      .encrypt(new Uint8Array(32))
    await expectNobody(portal, `${name}=${forged}`)
  })

  test('is nobody when it is that of a login, and the other way round', async () => {
    const portal = create()
    const { cookie: session } = await logIn(portal)
    const { answer, cookie: login } = await comeBack(portal)
    await expectNobody(portal, `${name}=${contentOf(login)}`)
    const swapped = `${login.slice(0, login.indexOf('='))}=${contentOf(session)}`
    await expectRefused(await ask(portal, answer.href, { cookie: swapped }), 400, 'FLYTE_AUTH_STATE_MISMATCH')
  })

  test('is nobody under a name that browsers let other hosts set', async () => {
    const portal = create()
    const { cookie } = await logIn(portal)
    for (const other of ['flyte-js-session', '__Secure-flyte-js-session', '__host-flyte-js-session', 'flyte_at_1']) {
      await expectNobody(portal, `${other}=${contentOf(cookie)}`)
    }
  })

  test('counts once: of two the first, and no part of the second', async () => {
    const portal = create()
    const [one, other] = [await logIn(portal), await logIn(portal)]
    await expectNobody(portal, `${name}=x; ${one.cookie}`)
    expect((await ask(portal, '/api/v1/projects', { cookie: `${one.cookie}; ${other.cookie}` })).status).toBe(200)
  })

  test('never breaks anything, whatever it is', { timeout: 60_000 }, async () => {
    const portal = create()
    const { cookie } = await logIn(portal)
    const value = contentOf(cookie)
    const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
    const header = fc.oneof(
      text,
      text.map((each) => `${name}=${each}`),
      fc.tuple(fc.nat(value.length), text).map(([at, each]) => `${name}=${value.slice(0, at)};${each}`),
      fc.tuple(fc.nat(value.length - 1), text).map(([at, each]) => `${name}=${value.slice(0, at)}${each}`),
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), text)
        .map(([count, each]) => `${name}=${count}~${each}; ${name}-2=${each}`),
    )
    const property = fc.asyncProperty(header, async (cookie) => {
      fc.pre(!cookie.includes(value))
      const { status } = await ask(portal, '/api/v1/projects', { cookie })
      expect(status).toBe(401)
    })
    await fc.assert(property, { numRuns: 300 })
  })
})

describe('a cookie that is too large', () => {
  test.each([10_000, 100_000, 1_000_000])('of %i characters is nobody, and costs nothing', async (length) => {
    const portal = scene.portal()
    const { cookie } = await logIn(portal)
    await expectNobody(portal, `${name}=${'A'.repeat(length)}`)
    await expectNobody(portal, `${name}=${contentOf(cookie)}${'A'.repeat(length)}`)
    await expectNobody(portal, `${name}=${'.'.repeat(length)}`)
    await expectNobody(portal, `${name}=x${'; a=b'.repeat(length / 5)}`)
  })

  test('of parts is put together of no more than there can be', async () => {
    const portal = scene.portal({ store: 'cookie' })
    const parts = Array.from({ length: 100 }, (_, index) => `${name}-${index + 2}=${'A'.repeat(3_800)}`)
    await expectNobody(portal, `${name}=9~${'A'.repeat(3_800)}; ${parts.slice(0, 15).join('; ')}`)
    await expectNobody(portal, `${name}=99~x; ${parts.join('; ')}`)
  })

  test('is never given to a browser', async () => {
    const portal = scene.portal()
    const { answer, cookie } = await comeBack(portal, `/login?redirect_url=/home?${'x'.repeat(2_000)}`)
    expect(cookie.length).toBeLessThan(4_096)
    const response = await ask(portal, answer.href, { cookie })
    for (const line of response.headers.getSetCookie()) expect(line.length).toBeLessThan(1_000)
  })
})

test('parts of two sessions cannot be put together', async () => {
  await using provider = await startProvider()
  const forging = forgeIdTokens(provider, await createKey('key'))
  const portal = createPortal({ issuer: provider.issuer, store: 'cookie' })
  const [one, other]: [string[], string[]] = [[], []]
  for (const parts of [one, other]) {
    forging.accessToken = randomBytes(5_000).toString('base64url')
    const { cookie } = await logIn(portal)
    parts.push(...cookie.split('; '))
  }
  expect([one.length, other.length]).toEqual([3, 3])
  const isKnown = async (cookie: string) => (await (await ask(portal, '/me', { cookie })).json()) !== null
  expect(await isKnown(one.join('; '))).toBe(true)
  for (const index of [0, 1, 2]) {
    expect(await isKnown(one.with(index, other[index] as string).join('; '))).toBe(false)
    expect(await isKnown(one.toSpliced(index, 1).join('; '))).toBe(false)
  }
})
