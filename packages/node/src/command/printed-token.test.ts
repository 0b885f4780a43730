import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printedToken } from './printed-token.js'

const setting = 'credentials.command'

describe('a printed token', () => {
  it.each<[string, object]>([
    ['a.b-c_d\n', { accessToken: 'a.b-c_d' }],
    ['Welcome to gcloud\r\n\r\na.b\r\n\r\n', { accessToken: 'a.b' }],
    ['{"token":"a.b"}', { accessToken: 'a.b' }],
    ['{"token":"a.b","expiration_time":null}', { accessToken: 'a.b' }],
    ['{"token":"a.b","expiration_time":1800000000}', { accessToken: 'a.b', expiresAt: 1_800_000_000_000 }],
    [
      '{\n  "token": "a.b",\n  "expiration_time": "2026-11-27T12:00:00.5+01:00"\n}\n',
      { accessToken: 'a.b', expiresAt: Date.UTC(2026, 10, 27, 11, 0, 0, 500) },
    ],
  ])('%j', (output, expected) => {
    expect(printedToken(output, setting)).toEqual({ tokenType: 'bearer', ...expected })
  })

  it.each([
    '',
    '\n \n',
    'ERROR: please log in',
    '{"token":"canary"',
    '{"token":""}',
    '{"token":["canary"]}',
    '{"access_token":"canary"}',
    '{"token":"canary","expiration_time":"tomorrow"}',
    '{"token":"canary","expiration_time":-1}',
    'canary\u0000',
    'cänary',
  ])('is missed in %j, and nothing of it is repeated', (output) => {
    const refused = expect.objectContaining({
      code: 'FLYTE_AUTH_COMMAND_FAILED',
      message: expect.not.stringMatching(/canary|log in/),
    })
    expect(() => printedToken(output, setting)).toThrow(refused)
  })

  it('is read, or refused by an error of ours, whatever is printed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (output) => {
        try {
          expect(printedToken(output, setting).accessToken).toMatch(/^[\x21-\x7e]+$/)
        } catch (error) {
          expect(error).toMatchObject({ code: 'FLYTE_AUTH_COMMAND_FAILED' })
        }
      }),
    )
  })
})
