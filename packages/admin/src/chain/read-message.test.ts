import type { HttpResponse } from '@flyte-js/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCall } from '../../test/chain-call.js'
import { AdminError } from '../admin-error.js'
import { readMessage } from './read-message.js'

const response = (body: string, { status = 200, ...headers }: Record<string, unknown> = {}): HttpResponse => ({
  status: status as number,
  header: (name) => ({ 'content-type': 'application/json', ...headers })[name] as string | undefined,
  body,
})

function failure(...parameters: Parameters<typeof response>): AdminError {
  const call = createCall({ credential: { header: 'h', accessToken: 'canary', value: 'Bearer canary' } })
  try {
    return expect.unreachable(JSON.stringify(readMessage(response(...parameters), call)))
  } catch (error) {
    if (!(error instanceof AdminError)) throw error
    return error
  }
}

describe('an answer', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/json ; charset=utf8',
  ])('is a message as %j', (type) => {
    expect(readMessage(response('{"a":1}', { 'content-type': type }), createCall())).toEqual({ a: 1 })
  })

  it.each([
    undefined,
    '',
    'text/html',
    'text/json',
    'application/jsonp',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-16',
    'xapplication/json',
  ])('is none as %j', (type) => {
    const error = failure('{"a":1}', { 'content-type': type })
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_RESPONSE_INVALID', isRetryable: false, status: 200 })
    expect(error.message).toContain(type || 'no content type')
  })

  it.each(['', '{', 'null', '7', '"text"', 'true', '{"a":1}}', '{"a":1}\0'])('is none with the body %j', (body) => {
    expect(failure(body)).toMatchObject({ code: 'FLYTE_ADMIN_RESPONSE_INVALID' })
  })

  it('is believed with 200 alone', () => {
    for (const status of [0, 201, 204, 206, 302, 400, 500])
      expect(failure('{"a":1}', { status })).toMatchObject({ status })
  })

  it('is never anything else than a message or one of our errors, whatever comes', () => {
    const anything = fc.record({
      status: fc.integer({ min: 0, max: 599 }),
      body: fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((value) => `{"code":${value},"message":${value}}`),
      ),
      'content-type': fc.constantFrom('application/json', 'text/html', undefined),
      'retry-after': fc.oneof(fc.string(), fc.constant(undefined)),
    })
    fc.assert(
      fc.property(anything, ({ body, ...more }) => {
        try {
          const message = readMessage(response(body, more), createCall())
          expect(message).toBeTypeOf('object')
          expect(message).not.toBeNull()
        } catch (error) {
          expect(error).toBeInstanceOf(AdminError)
        }
      }),
    )
  })
})

describe('a refusal', () => {
  const refused = (status: number, code: unknown, message: unknown = 'the words', more = {}) =>
    failure(JSON.stringify({ code, message, details: [] }), { status, ...more })

  it("says Flyte Admin's own words, its code, and when to come back", () => {
    const error = refused(429, 8, 'slow down', { 'retry-after': '3' })
    expect(error).toMatchObject({ message: 'getTask: slow down', grpcStatus: 'RESOURCE_EXHAUSTED', retryAfter: 3_000 })
    expect(error.isRetryable).toBe(true)
  })

  it('does not repeat a token', () => {
    const { message } = refused(401, 16, 'bad: canary and canary')
    expect(message).toMatch(/^getTask: bad: \*\*\* and \*\*\*\. Token .* log in again$/)
  })

  it('without a token says which setting gives a login, and not that one has ended', () => {
    const answer = response('{"code":16,"message":"who are you"}', { status: 401 })
    expect(() => readMessage(answer, createCall())).toThrow(
      /^getTask: who are you\. No token was sent: log in, or configure a login \(FLYTE_CREDENTIALS_AUTH_MODE\)$/,
    )
  })

  it('of the deadline says what to do', () => {
    const error = refused(504, 4)
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT', message: expect.stringContaining('Raise the timeout') })
  })

  it('of a message that is too large is none to wait for', () => {
    const error = refused(429, 8, 'grpc: received message larger than max (5000000 vs. 4194304)')
    expect(error).toMatchObject({
      isRetryable: false,
      message: expect.stringMatching(/4 MiB: send less, or ask for a smaller page$/),
    })
  })

  it.each([0, -1, 17, '5', null])('with the code %j is not taken for a word of Flyte Admin', (code) => {
    const error = refused(500, code, 'canary-words')
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_RESPONSE_INVALID', status: 500 })
    expect(error).not.toHaveProperty('grpcCode')
    expect(error.message).not.toContain('canary')
  })

  it.each([{ toString: 1 }, ['a'], 7, null, undefined])('whose words are %j has none', (words) => {
    expect(refused(500, 13, words ?? null).message).toBe('getTask: ')
  })

  it('says no more words than somebody can read', () => {
    const { message } = refused(500, 13, `${'z'.repeat(9_996)}canary${'z'.repeat(1_000_000)}`)
    expect(message).toBe(`getTask: ${'z'.repeat(9_996)}***z`)
  })

  it('by a proxy that speaks JSON is not taken for a word of Flyte Admin', () => {
    const error = refused(403, 403, 'canary-words')
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_RESPONSE_INVALID', status: 403 })
    expect(error).not.toHaveProperty('grpcCode')
    expect(error.message).toContain('FLYTE_PLATFORM_URL')
    expect(error.message).not.toContain('canary')
  })

  it.each([429, 502, 503, 504])('with %i by a proxy may pass', (status) => {
    const error = failure('<html>', { status, 'content-type': 'text/html' })
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_RPC_FAILED', isRetryable: true })
    expect(error.message).toContain('an HTML page')
  })

  it.each([0, 301, 302, 307])('with %i is called a redirect', (status) => {
    expect(failure('', { status }).message).toContain('a redirect')
  })
})
