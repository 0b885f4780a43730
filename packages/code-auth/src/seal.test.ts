import { hkdfSync } from 'node:crypto'
import { createTestClock } from '@flyte-js/testing'
import fc from 'fast-check'
import { EncryptJWT, jwtDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { cookieKey } from '../test/portal.js'
import { createSealer } from './seal.js'

const start = Date.UTC(2026, 0, 1)
const clock = () => createTestClock(start)
const times = { start, expires: start + 60_000 }

describe('what is sealed', () => {
  it('opens as it was, whatever it was', async () => {
    const sealer = createSealer([cookieKey()], clock())
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.stringMatching(/^c\w{0,9}$/), fc.jsonValue()), async (content) => {
        const opened = await sealer.open('session', await sealer.seal('session', content, times))
        expect(opened?.content).toEqual(JSON.parse(JSON.stringify(content)))
        expect(opened).toMatchObject({ ...times, isOldKey: false })
      }),
      { numRuns: 100 },
    )
  })

  it('fits into a cookie, and says nothing of what is in it', async () => {
    const secret = 'canary-0123456789'
    const sealer = createSealer([cookieKey()], clock())
    const sealed = await sealer.seal('login', { secret }, times)
    expect(sealed).toMatch(/^[\w.-]+$/)
    const parts = sealed.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    expect(parts.join()).not.toContain('canary')
    expect(JSON.parse(parts[0] ?? '')).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      kid: expect.stringMatching(/^[\w-]{11}$/),
    })
    expect(await sealer.seal('login', { secret }, times)).not.toBe(sealed)
  })

  it('does not open once a single character of it is another', async () => {
    const sealer = createSealer([cookieKey()], clock())
    const sealed = await sealer.seal('session', { id: 'x'.repeat(43) }, times)
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.constantFrom(...'AQgw_-.0~'), async (at, character) => {
        const changed = sealed.slice(0, at) + character + sealed.slice(at + 1)
        const isSame = decode(changed) === decode(sealed)
        expect((await sealer.open('session', changed)) !== undefined).toBe(isSame)
      }),
      { numRuns: 300 },
    )
  })

  it('does not open when it was cut, doubled, or is something else', async () => {
    const sealer = createSealer([cookieKey()], clock())
    const sealed = await sealer.seal('session', { id: 'x' }, times)
    for (const changed of ['', '.', '....', sealed.slice(0, -1), sealed.slice(1), `${sealed}.`, sealed + sealed]) {
      expect(await sealer.open('session', changed)).toBeUndefined()
    }
    await fc.assert(fc.asyncProperty(fc.string(), async (text) => (await sealer.open('session', text)) === undefined))
    expect(await sealer.open('session', 'x'.repeat(10_000_000))).toBeUndefined()
  })

  it.each(['login', 'session'] as const)(
    'is opened by a key of HKDF-SHA-256 for its purpose: %s; with purpose, start and end inside, all of which count',
    async (purpose) => {
      const secret = cookieKey()
      const sealer = createSealer([secret], clock())
      const key = new Uint8Array(hkdfSync('sha256', secret, '', `flyte-js code-auth ${purpose}`, 32))
      const sealed = await sealer.seal(purpose, { id: 'x' }, times)
      const currentDate = new Date(start)
      const { payload, protectedHeader } = await jwtDecrypt(sealed, key, { currentDate })
      const inside = { aud: purpose, iat: times.start / 1000, exp: times.expires / 1000 }
      expect(payload).toEqual({ id: 'x', ...inside })
      const again = async (claims: object) => {
        const text = await new EncryptJWT({ id: 'x', ...claims }).setProtectedHeader(protectedHeader).encrypt(key)
        return sealer.open(purpose, text)
      }
      expect(await again(inside)).toBeDefined()
      const other = purpose === 'login' ? 'session' : 'login'
      for (const claims of [{ aud: other }, { aud: undefined }, { iat: undefined }, { exp: undefined }]) {
        expect(await again({ ...inside, ...claims })).toBeUndefined()
      }
    },
  )

  it('is for its purpose alone', async () => {
    const sealer = createSealer([cookieKey()], clock())
    expect(await sealer.open('session', await sealer.seal('login', { id: 'x' }, times))).toBeUndefined()
    expect(await sealer.open('login', await sealer.seal('session', { id: 'x' }, times))).toBeUndefined()
  })

  it('ends at its time', async () => {
    const time = clock()
    const sealer = createSealer([cookieKey()], time)
    const sealed = await sealer.seal('session', {}, times)
    await time.advance(59_000)
    expect(await sealer.open('session', sealed)).toBeDefined()
    await time.advance(1_000)
    expect(await sealer.open('session', sealed)).toBeUndefined()
  })
})

describe('keys', () => {
  it('of before still open, and say that they are old; those that were taken out do not', async () => {
    const [first, second, third] = [cookieKey(), cookieKey(), cookieKey()]
    const sealed = await createSealer([first], clock()).seal('session', { id: 'x' }, times)
    const rotated = createSealer([second, first], clock())
    expect(await rotated.open('session', sealed)).toMatchObject({ content: { id: 'x' }, isOldKey: true })
    const anew = await rotated.seal('session', { id: 'x' }, times)
    expect(await rotated.open('session', anew)).toMatchObject({ isOldKey: false })
    expect(await createSealer([second], clock()).open('session', anew)).toBeDefined()
    expect(await createSealer([third], clock()).open('session', sealed)).toBeUndefined()
  })

  it('that are the right ones under another name, or another way to encrypt, open nothing', async () => {
    const key = cookieKey()
    const sealer = createSealer([key], clock())
    const sealed = await sealer.seal('session', { id: 'x' }, times)
    const other = await createSealer([cookieKey()], clock()).seal('session', { id: 'x' }, times)
    const [header] = sealed.split('.')
    const [, ...rest] = other.split('.')
    expect(await sealer.open('session', [header, ...rest].join('.'))).toBeUndefined()
    const { kid } = JSON.parse(Buffer.from(header ?? '', 'base64url').toString())
    const direct = await new EncryptJWT({ id: 'x' })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
      .setAudience('session')
      .setIssuedAt(start / 1000)
      .setExpirationTime(start / 1000 + 60)
      .encrypt(new TextEncoder().encode(key).slice(0, 32))
    expect(await sealer.open('session', direct)).toBeUndefined()
  })
})

/** The bytes of a JWE: the last character of a part may have bits that nobody reads. */
function decode(sealed: string): string {
  return sealed
    .split('.')
    .map((part) => (/^[\w-]*$/.test(part) ? Buffer.from(part, 'base64url').toString('hex') : part))
    .join('.')
}
