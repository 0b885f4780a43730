import { expect, test } from 'vitest'
import { networkFailure } from './network-failure.js'

const coded = (message: string, code: string, cause?: unknown) => Object.assign(new Error(message, { cause }), { code })

test.each([
  [
    'the message that has its code in it',
    coded('connect ECONNREFUSED ::1:1', 'ECONNREFUSED'),
    'connect ECONNREFUSED ::1:1',
  ],
  [
    'the code behind a message without it',
    coded('certificate has expired', 'CERT_HAS_EXPIRED'),
    'certificate has expired (CERT_HAS_EXPIRED)',
  ],
  ['the code alone', coded('', 'ECONNREFUSED'), 'ECONNREFUSED'],
  [
    'the innermost error with a code',
    new TypeError('fetch failed', { cause: coded('getaddrinfo ENOTFOUND h', 'ENOTFOUND') }),
    'getaddrinfo ENOTFOUND h',
  ],
  [
    'the inner one when both have a code',
    coded('outer EOUTER', 'EOUTER', coded('inner EINNER', 'EINNER')),
    'inner EINNER',
  ],
  [
    'the first of several addresses',
    new AggregateError([
      coded('connect ECONNREFUSED ::1:1', 'ECONNREFUSED'),
      coded('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'),
    ]),
    'connect ECONNREFUSED ::1:1',
  ],
  ['nothing of an error without a code', new Error('token=secret'), 'no answer'],
  ['nothing of what is no error', 'token=secret', 'no answer'],
  ['nothing of a URL', coded('Invalid URL: http://h?secret', 'ERR_INVALID_URL'), 'no answer'],
  ['the code of an empty aggregate', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
])('it says %s', (_, error, said) => {
  expect(networkFailure(error)).toBe(said)
})

test('causes that go round in a circle come to an end', () => {
  const error = coded('connect ETIMEDOUT', 'ETIMEDOUT')
  error.cause = error
  expect(networkFailure(error)).toBe('connect ETIMEDOUT')
  const aggregate = new AggregateError([])
  aggregate.errors.push(aggregate)
  expect(networkFailure(aggregate)).toBe('no answer')
})
