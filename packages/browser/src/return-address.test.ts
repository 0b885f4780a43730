import { createUserAgent, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeTab } from '../test/fake-page.js'
import { returnAddress } from './return-address.js'

const app = 'https://app.example.com'
const flyte = new URL('https://flyte.example.com/')
const allowedRedirects = [
  'https://other.example.com',
  'https://portal.example.com/in/',
  'https://third.example.com/part',
  'not a URL',
  'data:,x',
]
const options = { endpoint: flyte, allowedRedirects }
const refusal = expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' })

beforeEach(() => createFakeTab(`${app}/folder/page?q=1#part`))
afterEach(() => vi.unstubAllGlobals())

describe('a place to go back to', () => {
  it.each([
    [undefined, `${app}/folder/page?q=1#part`],
    ['/x', `${app}/x`],
    ['x/../y', `${app}/folder/y`],
    ['?z', `${app}/folder/page?z`],
    [`${app}//evil.example/x`, `${app}/evil.example/x`],
    ['https://other.example.com/anywhere', 'https://other.example.com/anywhere'],
    ['https://portal.example.com/in', 'https://portal.example.com/in'],
    ['https://third.example.com/part', 'https://third.example.com/part'],
    ['https://portal.example.com/in/side', 'https://portal.example.com/in/side'],
    ['/100%/a;b?c=\\;"%zz#%41;', `${app}/100%25/a%3Bb?c=%5C%3B%22%25zz#%41%3B`],
    ['/a%2Fb|c?{d}=|#^%2F', `${app}/a%2Fb%7Cc?%7Bd%7D=%7C#%5E%2F`],
    // A path, to a browser on a page of the same scheme.
    ['https:/evil.example', `${app}/evil.example`],
    [new URL(`${app}/x`), `${app}/x`],
  ])('%s is told as %s', (returnTo, expected) => {
    expect(returnAddress(returnTo, options)).toBe(expected)
  })

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    'https:///evil.example',
    'http://app.example.com/',
    'https://app.example.com:8443/',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://user@app.example.com/',
    'https://portal.example.com/inner',
    'https://third.example.com/partial',
    'https://portal.example.com/in/../out',
    'https://portal.example.com/',
    'javascript:alert(1)',
    'data:,x',
    'blob:https://app.example.com/x',
    'https://',
    'https://evil。example',
  ])('%s is refused, and not repeated', (returnTo) => {
    expect(() => returnAddress(returnTo, options)).toThrow(refusal)
    expect(() => returnAddress(returnTo, options)).not.toThrow(/evil|alert/)
  })

  it('is a path where it is on the origin of Flyte Admin', () => {
    const here = { endpoint: new URL(`${app}/flyte/`), allowedRedirects: [] }
    expect(returnAddress('/console?x#y', here)).toBe('/console?x#y')
    expect(returnAddress(`${app}////evil.example/%2F`, here)).toBe('/evil.example/%2F')
  })

  it('is on an allowed origin, whatever was asked for, to a browser that is sent there by Flyte Admin', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '/',
        '\\',
        '//',
        ':',
        '@',
        '.',
        '..',
        '%2f',
        '%5c',
        '\t',
        '?',
        '#',
        'https:',
        'evil.example',
        '。',
      ),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    )
    const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (returnTo) => {
        for (const endpoint of [flyte, new URL(`${app}/`)]) {
          const place = attempt(() => returnAddress(returnTo, { endpoint, allowedRedirects: [] }))
          if (place !== undefined) expect(new URL(place, endpoint).origin).toBe(app)
        }
      }),
    )
  })
})

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

describe('Flyte Admin', () => {
  let admin: FlyteAdmin
  const agent = createUserAgent()
  beforeAll(async () => {
    admin = await startFlyteAdmin({ authorizedUris: [app] })
  })
  afterAll(() => admin.close())

  it('takes what it is told, and keeps it as it is through a login', async () => {
    const odd = fc.constantFrom('%', '%zz', ';', ',', '"', '\\', ' ', 'é', '|', '^', '`', '[', '{', '=', '+', "'")
    const text = fc.array(fc.oneof(odd, fc.string({ maxLength: 3 })), { maxLength: 6 }).map((parts) => parts.join(''))
    const parts = fc.tuple(text, text, text).map(([path, query, hash]) => `/${path}?${query}#${hash}`)
    const property = fc.asyncProperty(parts, async (returnTo) => {
      for (const endpoint of [flyte, new URL(`${app}/`)]) {
        const place = attempt(() => returnAddress(returnTo, { endpoint, allowedRedirects: [] }))
        if (place === undefined) return
        const login = await agent.request(`${admin.url}/login?${new URLSearchParams({ redirect_url: place })}`)
        expect([place, login.status]).toEqual([place, 307])
        // With no session Flyte Admin keeps it in a cookie, from which its callback takes it.
        const kept = login.headers.getSetCookie().find((line) => line.startsWith('flyte_redirect_location='))
        const value = kept?.slice(kept.indexOf('=') + 1, kept.indexOf(';')).replace(/^"(.*)"$/, '$1')
        expect(value).toBe(place)
      }
    })
    await fc.assert(property, { numRuns: 200 })
  })
})
