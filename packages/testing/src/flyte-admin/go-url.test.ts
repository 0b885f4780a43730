import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseGoUrl } from './go-url.js'

test.each([
  ['http://localhost:8088/x?a=/b#c', { scheme: 'http', hostname: 'localhost', port: '8088', hasPath: true }],
  ['HTTP://user:pw@LocalHost', { scheme: 'http', hostname: 'LocalHost', port: '', hasPath: false }],
  ['http://[::1]:1/', { scheme: 'http', hostname: '::1', port: '1', hasPath: true }],
  ['//evil.example/x', { scheme: '', hostname: 'evil.example', port: '', hasPath: true }],
  ['///evil.example', { scheme: '', hostname: '', port: '', hasPath: true }],
  ['https:///evil.example', { scheme: 'https', hostname: '', port: '', hasPath: true }],
  ['https:evil.example', { scheme: 'https', hostname: '', port: '', hasPath: false }],
  ['/\\evil.example', { scheme: '', hostname: '', port: '', hasPath: true }],
  ['x/y:z', { scheme: '', hostname: '', port: '', hasPath: true }],
  ['?a:b#c:d', { scheme: '', hostname: '', port: '', hasPath: false }],
])('%s has the parts that Go sees', (raw, parts) => {
  expect(parseGoUrl(raw)).toMatchObject(parts)
})

test.each(['x y:z', ':x', 'http://[::1', 'http://h:port/', '/%zz', '/x#%z', '/\t/x', 'http://h/\x7f'])(
  '%j is none to Go',
  (raw) => {
    expect(parseGoUrl(raw)).toBeUndefined()
  },
)

test('what must be escaped is, and only then; a scheme is lower case', () => {
  const textOf = (raw: string) => parseGoUrl(raw)?.text
  expect(textOf('/a%2Fb!(c)')).toBe('/a%2Fb!(c)')
  expect(textOf('/a%2Fb!(c) é"')).toBe('/a/b%21%28c%29%20%C3%A9%22')
  expect(textOf('/x#a?b(c)%2F')).toBe('/x#a?b(c)%2F')
  expect(textOf('/x#a?b(c)%2F^')).toBe('/x#a?b(c)/%5E')
  expect(textOf('HTTPS://H/x?q=é "#f g')).toBe('https://H/x?q=é "#f%20g')
})

test('whatever it reads it reads again as the same', () => {
  const text = fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(text, (raw) => {
      const url = parseGoUrl(raw)
      if (url !== undefined && url.text !== '') expect(parseGoUrl(url.text)).toEqual(url)
    }),
  )
})
