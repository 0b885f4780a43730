import { expect, test } from 'vitest'
import { isPermanentFailure } from './permanent-failure.js'

const failure = (code?: unknown, cause?: unknown) => Object.assign(new Error('text', { cause }), { code })

test.each([
  'ENOTFOUND',
  'EPROTO',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_HAS_EXPIRED',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_INVALID_CHAR',
  'HPE_INVALID_CONSTANT',
])('%s stays', (code) => {
  expect(isPermanentFailure(failure(code))).toBe(true)
})

test.each([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'ERR_SOCKET_CLOSED',
  'ERR_STREAM_PREMATURE_CLOSE',
  undefined,
  7,
])('%s may pass', (code) => {
  expect(isPermanentFailure(failure(code))).toBe(false)
})

test('the innermost error with a code knows best', () => {
  expect(isPermanentFailure(new TypeError('fetch failed', { cause: failure('ENOTFOUND') }))).toBe(true)
  expect(isPermanentFailure(failure('ERR_WRAPPED', failure('ECONNRESET')))).toBe(false)
  // localhost has two addresses: one error for each.
  expect(isPermanentFailure(new AggregateError([failure('ECONNREFUSED'), failure('ECONNREFUSED')]))).toBe(false)
  expect(isPermanentFailure(new AggregateError([]))).toBe(false)
})

test('what is no error, or goes round in a circle, says nothing', () => {
  const circle: Error = new Error('text')
  circle.cause = circle
  for (const each of ['ENOTFOUND', undefined, null, { code: 'ENOTFOUND' }, circle])
    expect(isPermanentFailure(each)).toBe(false)
})
