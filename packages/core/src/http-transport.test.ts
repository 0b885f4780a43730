import { expect, test } from 'vitest'
import { FlyteError } from './flyte-error.js'
import { defaultMaxBytes, TransportError } from './http-transport.js'

test('a TransportError counts as sent unless it is known otherwise', () => {
  const error = new TransportError('FLYTE_HTTP_UNREACHABLE', 'No.', { url: 'http://127.0.0.1:8/a?b=secret' })
  expect(FlyteError.isInstance(error)).toBe(true)
  expect({ ...error }).toEqual({
    name: 'TransportError',
    code: 'FLYTE_HTTP_UNREACHABLE',
    url: 'http://127.0.0.1:8/a',
    sent: 'unknown',
    reusedSocket: false,
    isTemporary: true,
  })
})

test('a TransportError keeps what the transport knows', () => {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  const options = { url: new URL('http://h/'), sent: 'no', reusedSocket: true, cause } as const
  const error = new TransportError('FLYTE_HTTP_UNREACHABLE', 'No.', options)
  expect(error).toMatchObject({ sent: 'no', reusedSocket: true, cause: { code: 'ECONNRESET' } })
})

test('64 MiB is the most that is read by default', () => {
  expect(defaultMaxBytes).toBe(67_108_864)
})
