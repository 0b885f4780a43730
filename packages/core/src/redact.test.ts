import fc from 'fast-check'
import { expect, test } from 'vitest'
import { originAndPath } from './redact.js'

test.each([
  ['https://flyte.example.com/api/v1?token=secret#fragment', 'https://flyte.example.com/api/v1'],
  ['https://user:secret@flyte.example.com:8443/', 'https://flyte.example.com:8443/'],
  ['http://[::1]:8089/a', 'http://[::1]:8089/a'],
  [new URL('https://h/p?q'), 'https://h/p'],
  ['flyte.example.com/?secret', '(not a URL)'],
  ['', '(not a URL)'],
  ['http://h:99999/?secret', '(not a URL)'],
])('originAndPath(%s) is %s', (url, shown) => {
  expect(originAndPath(url)).toBe(shown)
})

test('whatever the text is, it never throws and shows no query, fragment or user', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl({ withQueryParameters: true, withFragments: true }))
  fc.assert(
    fc.property(text, (url) => {
      expect(originAndPath(url)).not.toMatch(/[?#]/)
    }),
  )
  fc.assert(
    fc.property(fc.webAuthority({ withUserInfo: true, withPort: true }), (authority) => {
      expect(originAndPath(`https://${authority}/`)).not.toContain('@')
    }),
  )
})
