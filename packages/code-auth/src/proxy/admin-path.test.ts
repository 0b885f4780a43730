import { expect, test } from 'vitest'
import { adminPath } from './admin-path.js'

test.each([
  ['/api/v1/projects', '/api/v1', '/api/v1/projects'],
  ['/api/v1/projects/', '/api/v1', '/api/v1/projects/'],
  ['/flyte/projects', '/flyte', '/api/v1/projects'],
  ['/flyte/api/v1/tasks/p/d/a.b', '/flyte/api/v1', '/api/v1/tasks/p/d/a.b'],
  ['/api/v1/tasks/p/d/a%20b%3Ac', '/api/v1', '/api/v1/tasks/p/d/a%20b%3Ac'],
  // A name with a percent sign, which encodes nothing in the second reading.
  ['/api/v1/tasks/p/d/50%25', '/api/v1', '/api/v1/tasks/p/d/50%25'],
])('%s behind %s is %s', (pathname, proxyPath, expected) => {
  expect(adminPath(pathname, proxyPath)).toBe(expected)
})

test.each([
  ['/'],
  ['/api/v1'],
  ['/api/v1/'],
  ['/api/v1projects'],
  ['/api/v2/projects'],
  ['/API/v1/projects'],
  ['/%61pi/v1/projects'],
  ['/oauth2/token'],
  ['//api/v1/projects'],
])('%s is outside', (pathname) => {
  expect(adminPath(pathname, '/api/v1')).toBe('outside')
})

test.each([
  ['//projects'],
  ['projects//x'],
  ['projects//'],
  ['a\\b'],
  ['%2e%2e'],
  ['%2E./x'],
  ['.%2e/x'],
  ['a%2eb'],
  ['%2f'],
  ['a%2Fb'],
  ['%5c'],
  ['%252e%252e'],
  ['%25252e'],
  ['%252F'],
  ['%255c'],
  ['%00'],
  ['%0d%0aX-A:b'],
  ['%1f'],
  ['%7f'],
  ['%250a'],
  ['%'],
  ['%zz'],
  ['%2'],
  ['%u002e'],
])('%s is ambiguous', (rest) => {
  expect(adminPath(`/api/v1/${rest}`, '/api/v1')).toBe('ambiguous')
})
