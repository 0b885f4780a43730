import fc from 'fast-check'
import type { DeviceAuthorizationResponse } from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { authorization } from '../test/scripted-server.js'
import { readDeviceAuthorization } from './device-authorization-response.js'

const read = (changes: Record<string, unknown> = {}) =>
  readDeviceAuthorization({ ...authorization, ...changes } as DeviceAuthorizationResponse, (what) => new Error(what))

describe('a device authorization response', () => {
  it('has what is shown, and what is waited for, in milliseconds', () => {
    expect(read()).toEqual({
      deviceCode: authorization.device_code,
      userCode: 'WDJB-MJHT',
      verificationUri: 'https://login.example.com/device',
      verificationUriComplete: 'https://login.example.com/device?user_code=WDJB-MJHT',
      expiresIn: 600_000,
      interval: 5_000,
    })
  })

  it('may go without a complete URI and without an interval, which is five seconds then', () => {
    const { interval, ...rest } = read({ verification_uri_complete: undefined, interval: undefined })
    expect(interval).toBe(5_000)
    expect(rest).not.toHaveProperty('verificationUriComplete')
  })

  it.each([
    [0.001, 1_000],
    [1, 1_000],
    [2.5, 2_500],
    [599, 599_000],
  ])('with an interval of %s s has one of %s ms', (interval, milliseconds) => {
    expect(read({ interval }).interval).toBe(milliseconds)
  })

  it.each([1, 5, 0.1])('whose code lives %s s, no longer than its interval, is of no use', (expires_in) => {
    expect(() => read({ expires_in })).toThrow('before it may be asked for')
  })

  it.each([600, 1e9, Number.MAX_VALUE])('with an interval of %s s is of no use', (interval) => {
    expect(() => read({ interval })).toThrow('before it may be asked for')
  })

  it.each([1e6, 1e12, Number.MAX_VALUE])('whose code lives %s s is believed for a day', (expires_in) => {
    expect(read({ expires_in }).expiresIn).toBe(86_400_000)
  })
})

describe('a verification URI', () => {
  it.each([
    ['http://localhost:8080/device', 'http://localhost:8080/device'],
    ['HTTPS://LOGIN.example.com', 'https://login.example.com/'],
    // Homographs and characters that write from right to left are spelt out.
    ['https://login.еxample.com/a', 'https://login.xn--xample-2of.com/a'],
    ['https://login.example.com/\u202emoc', 'https://login.example.com/%E2%80%AEmoc'],
    ['https://login.example.com/\u001b[31m', 'https://login.example.com/%1B[31m'],
    ['https://login.example.com/\r\na', 'https://login.example.com/a'],
  ])('%j is shown as %s', (uri, shown) => {
    const { verificationUri, verificationUriComplete } = read({ verification_uri: uri, verification_uri_complete: uri })
    expect(verificationUri).toBe(shown)
    expect(verificationUriComplete).toBe(shown)
  })

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,<script>alert(1)</script>',
    'ftp://login.example.com',
    'vscode://file/etc/passwd',
    'https://accounts.google.com@login.example.com/device',
    'https://:secret@login.example.com/device',
    '/device',
    'login.example.com/device',
    'https://',
    '',
    `https://login.example.com/${'a'.repeat(2048)}`,
  ])('%j is shown to nobody', (uri) => {
    expect(() => read({ verification_uri: uri })).toThrow('verification_uri that is no http')
    expect(() => read({ verification_uri_complete: uri })).toThrow('verification_uri_complete that is no http')
  })
})

describe('a user code', () => {
  it.each(['WDJB-MJHT', '123 456 789', 'ÄÖÜ-ñ', '漢字', 'a', 'x'.repeat(64)])('may be %s', (userCode) => {
    expect(read({ user_code: userCode }).userCode).toBe(userCode)
  })

  it.each([
    '',
    '   ',
    'x'.repeat(65),
    'AB\nCD',
    'AB\u001b[2JCD',
    'AB\u0000',
    'AB\u007f',
    'AB\u009b31m',
    'AB\u202eCD',
    'AB\u200bCD',
    'AB\u2028CD',
    '\ud800',
  ])('may not be %j', (userCode) => {
    expect(() => read({ user_code: userCode })).toThrow('user_code')
  })
})

it('whatever comes, what is taken is fit to be shown and waited for', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.string())
  const uri = fc.oneof(
    text,
    fc.tuple(fc.constantFrom('javascript:', 'https://', 'http:', 'file:'), text).map((p) => p.join('')),
  )
  const seconds = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })
  const arbitrary = fc.record(
    {
      device_code: fc.constant('d'),
      user_code: text,
      verification_uri: uri,
      verification_uri_complete: uri,
      expires_in: seconds,
      interval: seconds,
    },
    { requiredKeys: ['device_code', 'user_code', 'verification_uri', 'expires_in'] },
  )
  let taken = 0
  fc.assert(
    fc.property(arbitrary, (answer) => {
      let result: ReturnType<typeof read>
      try {
        result = readDeviceAuthorization(answer as DeviceAuthorizationResponse, (what) => new RangeError(what))
      } catch (error) {
        return error instanceof RangeError
      }
      taken += 1
      const { userCode, verificationUri, verificationUriComplete = verificationUri, expiresIn, interval } = result
      for (const each of [verificationUri, verificationUriComplete]) expect(each).toMatch(/^https?:\/\/[\x21-\x7e]+$/)
      expect(userCode).toMatch(/^[^\p{C}\n\r]{1,64}$/u)
      expect(interval).toBeGreaterThanOrEqual(1_000)
      expect(interval).toBeLessThan(expiresIn)
      expect(expiresIn).toBeLessThan(2 ** 31)
      return true
    }),
    { numRuns: 2_000 },
  )
  expect(taken).toBeGreaterThan(20)
})
