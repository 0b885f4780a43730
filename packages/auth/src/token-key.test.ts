import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { tokenKey } from './token-key.js'

const parts = { endpoint: 'https://flyte.example.com', clientId: 'ci', scopes: ['all', 'offline'], audience: 'flyte' }

describe('the key of a login', () => {
  it('can be read by people, and stays the same from release to release', async () => {
    expect(await tokenKey(parts)).toBe('flyte.example.com-ci-3956e35c5fac44f9cff61e1245085ac7')
    expect(await tokenKey({ endpoint: 'http://localhost:8088/flyte' })).toMatch(/^localhost_8088-[0-9a-f]{32}$/)
  })

  it.each([
    ['endpoint', { endpoint: 'https://flyte.example.com/other' }],
    ['scheme', { endpoint: 'http://flyte.example.com' }],
    ['port', { endpoint: 'https://flyte.example.com:8443' }],
    ['client', { clientId: 'other' }],
    ['client that is not configured', { clientId: undefined }],
    ['scopes', { scopes: ['all'] }],
    ['scopes that are not configured', { scopes: undefined }],
    ['audience', { audience: 'other' }],
    ['audience that is not configured', { audience: undefined }],
  ])('is another for another %s', async (_, changes) => {
    expect(await tokenKey({ ...parts, ...changes })).not.toBe(await tokenKey(parts))
  })

  it.each([
    ['the case of the host', { endpoint: 'https://FLYTE.example.com' }],
    ['a slash at the end', { endpoint: 'https://flyte.example.com/' }],
    ['the default port', { endpoint: 'https://flyte.example.com:443' }],
    ['a URL', { endpoint: new URL('https://flyte.example.com') }],
    ['the order of the scopes', { scopes: ['offline', 'all'] }],
    ['a scope said twice', { scopes: ['all', 'offline', 'all'] }],
  ])('is the same for %s', async (_, changes) => {
    expect(await tokenKey({ ...parts, ...changes })).toBe(await tokenKey(parts))
  })

  it('is short and harmless whatever it is made from, and no two share it', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 100 })
    const anything = fc.record({ clientId: text, scopes: fc.array(text, { maxLength: 4 }), audience: text })
    await fc.assert(
      fc.asyncProperty(anything, anything, async (one, other) => {
        const [first, second] = await Promise.all(
          [one, other].map((each) => tokenKey({ endpoint: parts.endpoint, ...each })),
        )
        expect(first).toMatch(/^[\w.-]{1,100}$/)
        const normal = ({ scopes, ...rest }: typeof one) => JSON.stringify([rest, [...new Set(scopes)].sort()])
        expect(first === second).toBe(normal(one) === normal(other))
      }),
    )
  })

  it('is cut where the readable part is long, never in the hash', async () => {
    const [one, other] = await Promise.all(
      ['a', 'b'].map((end) => tokenKey({ ...parts, clientId: 'long'.repeat(50) + end })),
    )
    expect(one).toMatch(/^flyte\.example\.com-(long)+l?o?n?-[0-9a-f]{32}$/)
    expect(one).toHaveLength(100)
    expect(one).not.toBe(other)
  })

  it('needs a URL, and Web Crypto', async () => {
    await expect(tokenKey({ endpoint: 'flyte.example.com' })).rejects.toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
    vi.stubGlobal('crypto', {})
    try {
      await expect(tokenKey(parts)).rejects.toMatchObject({ message: expect.stringContaining('https') })
    } finally {
      vi.unstubAllGlobals()
    }
  })
})
