import { expect, test } from 'vitest'
import { createCookieJar } from './cookie-jar.js'

const at = (path: string, origin = 'http://localhost:1') => new URL(path, origin)

test('a cookie without a path is for the folder of its request, and ports do not matter', () => {
  const jar = createCookieJar()
  jar.store(at('/oauth2/authorize'), ['a=1; HttpOnly'])
  jar.store(at('/callback'), ['b=2==; HttpOnly'])
  expect(jar.header(at('/oauth2/authorize_callback'))).toBe('a=1; b=2==')
  expect(jar.header(at('/oauth2x'))).toBe('b=2==')
  expect(jar.header(at('/', 'http://localhost:2'))).toBe('b=2==')
  expect(jar.header(at('/', 'http://127.0.0.1:1'))).toBe('')
})

test('a path of its own is kept to, and the later value of a name wins', () => {
  const jar = createCookieJar()
  jar.store(at('/'), ['a=1; Path=/x', 'a=2; path=/', 'a=3; Path=/x'])
  expect(jar.header(at('/x/y'))).toBe('a=3; a=2')
  expect(jar.header(at('/xy'))).toBe('a=2')
})

test('a cookie that has expired goes, and Max-Age is stronger than Expires', () => {
  const jar = createCookieJar()
  const past = 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'
  jar.store(at('/'), ['a=1', 'b=1', `c=1; ${past}; Max-Age=60`, 'd=1; Max-Age=0'])
  jar.store(at('/'), [`a=; ${past}`])
  expect(jar.header(at('/'))).toBe('b=1; c=1')
})

test('a Secure cookie goes over TLS and to loopback only', () => {
  const jar = createCookieJar()
  jar.store(at('/', 'https://flyte.example.com'), ['a=1; Secure'])
  jar.store(at('/'), ['b=1; Secure'])
  expect(jar.header(at('/', 'https://flyte.example.com'))).toBe('a=1')
  expect(jar.header(at('/', 'http://flyte.example.com'))).toBe('')
  expect(jar.header(at('/'))).toBe('b=1')
})
