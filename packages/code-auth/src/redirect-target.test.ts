import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redirectTarget } from './redirect-target.js'

const origin = 'https://portal.example.com'
const allowedRedirects = ['https://console.example.com', 'https://shared.example.com/portal', 'http://localhost:8080/']
const target = (text: string) => redirectTarget(text, { origin, allowedRedirects })

describe('a browser may go', () => {
  test.each([
    ['/', '/'],
    ['/page', '/page'],
    ['/page?x=1&y=%2F#part', '/page?x=1&y=%2F#part'],
    ['/a//b', '/a//b'],
    ['/a/../b', '/b'],
    ['/a%2Fb', '/a%2Fb'],
    ['/a.b/.c', '/a.b/.c'],
    ['/проект', '/%D0%BF%D1%80%D0%BE%D0%B5%D0%BA%D1%82'],
    ['/@evil.com', '/@evil.com'],
    ['/page?next=//evil.com', '/page?next=//evil.com'],
    [`${origin}/page`, '/page'],
    ['HTTPS://PORTAL.example.com:443/page', '/page'],
    [origin, '/'],
    ['https://console.example.com', 'https://console.example.com/'],
    ['https://console.example.com/console/projects?x#y', 'https://console.example.com/console/projects?x#y'],
    ['https://shared.example.com/portal', 'https://shared.example.com/portal'],
    ['https://shared.example.com/portal/x', 'https://shared.example.com/portal/x'],
    ['https://shared.example.com/portal?x', 'https://shared.example.com/portal?x'],
    ['http://localhost:8080/x', 'http://localhost:8080/x'],
  ])('to %s', (text, expected) => {
    expect(target(text)).toBe(expected)
  })
})

describe('a browser may not go', () => {
  test.each([
    // Another host, spelled as a path.
    '//evil.com',
    '///evil.com',
    '////evil.com',
    '//evil.com/%2f..',
    '/\\evil.com',
    '\\\\evil.com',
    '\\/evil.com',
    '/\\/evil.com',
    '/\t/evil.com',
    '/\n/evil.com',
    '/\r\n/evil.com',
    '\t//evil.com',
    ' //evil.com',
    '\u0000//evil.com',
    '/\u00ad/evil.com',
    '/\u200b/evil.com',
    '/\ufeff/evil.com',
    '/\u2028/evil.com',
    '//evil\u3002com',
    '//[::1]/',
    '//2130706433/',
    // A path that becomes another host when somebody takes out its dots, or decodes it.
    '/.//evil.com',
    '/..//evil.com',
    '/x/..//evil.com',
    '/x/%2e%2e//evil.com',
    '/%2e//evil.com',
    '/%2f/evil.com',
    '/%2F%2Fevil.com',
    '/%5cevil.com',
    '/%5C%5Cevil.com',
    '/%09/evil.com',
    '/%0d%0a/evil.com',
    '/.%2fevil.com',
    '/..%5cevil.com',
    '%2f%2fevil.com',
    '%2Fevil.com',
    '/page\r\nSet-Cookie: x=y',
    '/page\u0000',
    '/page x',
    // Another host, spelled out.
    'https://evil.com',
    'https:evil.com',
    'https:/evil.com',
    'https:///evil.com',
    'https:\\\\evil.com',
    'https://\\evil.com',
    'https:portal.example.com',
    'HTTPS://EVIL.com',
    'https://portal.example.com.evil.com',
    'https://portal.example.com@evil.com',
    'https://portal.example.com%40evil.com',
    'https://portal.example.com:443@evil.com',
    'https://portal.example.com\\@evil.com',
    'https://portal.example.com\\.evil.com',
    'https://evil.com#portal.example.com',
    'https://evil.com?portal.example.com',
    'https://evil\u3002com',
    'https://portal\uff0eexample.com.evil.com',
    'https://\uff45vil.com',
    'https://evilportal.example.com',
    'https://evil.com@portal.example.com',
    'https://user:password@portal.example.com',
    'http://portal.example.com',
    'https://portal.example.com:8443',
    `${origin}//evil.com`,
    `${origin}/.//evil.com`,
    'https://portal.example.com:99999',
    'https://',
    'https://[',
    // Beside an allowed place.
    'https://console.example.com.evil.com',
    'https://console.example.com@evil.com',
    'https://console.example.com:8443',
    'http://console.example.com',
    'https://shared.example.com',
    'https://shared.example.com/',
    'https://shared.example.com/portals',
    'https://shared.example.com/portal/../admin',
    'https://shared.example.com/portal/%2e%2e/admin',
    'https://shared.example.com/portal/..%2fadmin',
    'https://shared.example.com/portal/..%5cadmin',
    'https://shared.example.com/PORTAL',
    'https://localhost:8080',
    'http://localhost:8081',
    // No place of the web.
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'JAVASCRIPT://portal.example.com/%0aalert(1)',
    'data:text/html,x',
    'blob:https://portal.example.com/x',
    'file:///etc/passwd',
    'ftp://portal.example.com',
    'view-source:https://portal.example.com',
    // No path of ours.
    '',
    'page',
    'evil.com',
    '.',
    '?x=1',
    '#x',
    '@evil.com',
    ';//evil.com',
    `/${'a'.repeat(2_048)}`,
    `/${'a/../'.repeat(1_000)}`,
    `/${'\u044f'.repeat(400)}`,
  ])('to %j', (text) => {
    expect(target(text)).toBeUndefined()
  })
})

test.each([
  'console.example.com',
  '',
  '*',
  'https://',
  'https://u@evil.com',
  'https://evil.com?x',
  'https://evil.com#x',
  'null',
  'data:,',
])('a place that is none lets nobody go anywhere: %j', (place) => {
  for (const text of ['https://evil.com', 'https://evil.com/?x', 'data:,', place]) {
    expect(redirectTarget(text, { origin, allowedRedirects: [place] })).toBeUndefined()
  }
})

/** Pieces that attacks are made of. */
const piece = fc.constantFrom(
  ...[
    '/',
    '//',
    '\\',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '%09',
    '%00',
    '@',
    ':',
    '?',
    '#',
    ';',
    ' ',
    '\t',
    '\n',
    '\r',
    '\u0000',
  ],
  ...[
    '\u3002',
    '\uff0e',
    '\uff0f',
    '\u200b',
    '\u00ad',
    'https:',
    'http:',
    'javascript:',
    'data:',
    'evil.com',
    '[::1]',
    'x',
  ],
  ...['portal.example.com', 'console.example.com', 'shared.example.com', 'portal', 'localhost:8080', origin],
)
const hostile = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc
    .tuple(fc.constantFrom('/', `${origin}/`, 'https://shared.example.com/portal'), fc.string({ unit: 'binary' }))
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
)

test('whatever comes out leads to our origin or to an allowed place, also when it is read once more', () => {
  const origins = [origin, ...allowedRedirects.map((place) => new URL(place).origin)]
  let passed = 0
  const property = fc.property(hostile, (text) => {
    const result = target(text)
    if (result === undefined) return
    passed += 1
    const url = new URL(result, `${origin}/login`)
    expect(origins).toContain(url.origin)
    expect(result.startsWith('/')).toBe(url.origin === origin)
    if (url.origin === 'https://shared.example.com') expect(url.pathname).toMatch(/^\/portal(\/|$)/)
    // A header can hold it, and it stays what it is.
    expect(result).toMatch(/^[!-~]+$/)
    expect(target(result)).toBe(result)
  })
  fc.assert(property, { numRuns: 20_000 })
  expect(passed).toBeGreaterThan(500)
})
