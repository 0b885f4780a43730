import { expect, test } from 'vitest'
import { redirect } from './http-redirect.js'

const request = { method: 'GET', path: '/folder/page' }
const locationOf = (target: string) => redirect(request, 307, target).headers?.Location

test('a path is made absolute and clean, its query stays as it is, and a URL is left alone', () => {
  expect(locationOf('x/y')).toBe('/folder/x/y')
  expect(locationOf('?a=b')).toBe('/folder/?a=b')
  expect(locationOf('/x/../y//z/?c=/../d')).toBe('/y/z/?c=/../d')
  expect(locationOf('http://localhost:1/a/../b')).toBe('http://localhost:1/a/../b')
  expect(locationOf('//host/a/../b')).toBe('//host/a/../b')
  expect(locationOf('///host/a/../b')).toBe('/host/b')
  expect(locationOf('%zz/../b')).toBe('%zz/../b')
})

test('what no header may hold is escaped there, and what HTML would read is on the page', () => {
  const { headers, body } = redirect(request, 303, `/é<"'&>`)
  expect(headers?.Location).toBe(`/%c3%a9<"'&>`)
  expect(body).toBe('<a href="/é&lt;&#34;&#39;&amp;&gt;">See Other</a>.\n\n')
})

test('only a reader gets a page, and cookies go along', () => {
  expect(redirect({ ...request, method: 'POST' }, 307, '/x', ['a=1', 'b=2'])).toEqual({
    status: 307,
    headers: { Location: '/x', 'Set-Cookie': ['a=1', 'b=2'] },
  })
})
