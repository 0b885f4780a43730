import { ConfigError } from '@flyte-js/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { httpBaseUrl } from './http-base-url.js'
import { resolveConfig } from './resolve-config.js'

/** The base URL as the environment says it. */
const baseUrl = (url: string, insecure?: string) =>
  httpBaseUrl(
    resolveConfig({
      env: { FLYTE_PLATFORM_URL: url, ...(insecure !== undefined && { FLYTE_PLATFORM_INSECURE: insecure }) },
    }).config,
  )

test.each<[url: string, insecure: string | undefined, base: string]>([
  ['flyte.example.com', undefined, 'https://flyte.example.com'],
  ['flyte.example.com', 'false', 'https://flyte.example.com'],
  ['flyte.example.com', 'true', 'http://flyte.example.com'],
  ['localhost:30080', 'true', 'http://localhost:30080'],
  ['localhost:30080', undefined, 'https://localhost:30080'],
  ['dns:///flyte.example.com', undefined, 'https://flyte.example.com'],
  ['dns:///flyte.example.com:8443', 'true', 'http://flyte.example.com:8443'],
  ['dns:///localhost', '1', 'http://localhost'],
  ['https://flyte.example.com', undefined, 'https://flyte.example.com'],
  ['https://flyte.example.com', 'false', 'https://flyte.example.com'],
  ['http://flyte.example.com', undefined, 'http://flyte.example.com'],
  ['http://flyte.example.com', 'true', 'http://flyte.example.com'],
  ['HTTP://Flyte.Example.COM', undefined, 'http://flyte.example.com'],
  ['HTTPS://flyte.example.com', undefined, 'https://flyte.example.com'],
  ['https://flyte.example.com:443/', undefined, 'https://flyte.example.com'],
  ['http://flyte.example.com:80', undefined, 'http://flyte.example.com'],
  ['https://flyte.example.com/flyte/', undefined, 'https://flyte.example.com/flyte'],
  ['https://flyte.example.com/a/b//', undefined, 'https://flyte.example.com/a/b'],
  ['flyte.example.com/flyte', undefined, 'https://flyte.example.com/flyte'],
  ['flyte.example.com:8443/flyte', undefined, 'https://flyte.example.com:8443/flyte'],
  ['127.0.0.1:8088', 'true', 'http://127.0.0.1:8088'],
  ['[::1]:8088', 'true', 'http://[::1]:8088'],
  ['[::1]', undefined, 'https://[::1]'],
  ['http://[2001:db8::1]:8088/a', undefined, 'http://[2001:db8::1]:8088/a'],
  ['flüte.example', undefined, 'https://xn--flte-1ra.example'],
])('%s with insecure=%s is %s', (url, insecure, base) => {
  expect(baseUrl(url, insecure)).toBe(base)
})

describe('a contradiction between scheme and insecure', () => {
  test.each([
    ['http://flyte.example.com', 'false', 'FLYTE_PLATFORM_INSECURE=true'],
    ['https://flyte.example.com', 'true', 'FLYTE_PLATFORM_INSECURE=false'],
    ['HTTP://flyte.example.com', '', 'FLYTE_PLATFORM_INSECURE=true'],
  ])('of %s and %j says how to end it', (url, insecure, cure) => {
    expect(() => baseUrl(url, insecure)).toThrow(
      expect.objectContaining({
        code: 'FLYTE_CONFIG_INVALID',
        setting: 'platform.url',
        message: expect.stringContaining(cure),
      }),
    )
  })
})

test.each([undefined, '', 'dns:///'])('without an endpoint (%j) it says what to set', (url) => {
  expect(() => httpBaseUrl({ platform: { url, insecure: false } })).toThrow(
    expect.objectContaining({ code: 'FLYTE_CONFIG_MISSING', message: expect.stringContaining('FLYTE_PLATFORM_URL') }),
  )
})

test.each([
  'ftp://flyte.example.com',
  'grpc://flyte.example.com:443',
  'unix:///run/flyte.sock',
  'dns://8.8.8.8/flyte.example.com',
  'https:flyte.example.com',
  'ftp:/flyte.example.com',
  'https://',
  'https:///',
  'flyte.example.com:99999',
  'flyte.example.com:port',
  'flyte example.com',
  '::1',
  '[::1',
  'https://user:canary@flyte.example.com',
  'canary@flyte.example.com',
  'flyte.example.com?token=canary',
  'https://flyte.example.com/#canary',
  ':8088',
  '%',
])('%s is no endpoint, which is said without repeating it', (url) => {
  expect(() => baseUrl(url)).toThrow(
    expect.objectContaining({
      code: 'FLYTE_CONFIG_INVALID',
      message: expect.stringMatching(/^platform\.url: expected https:\/\/host:port\/path, (?!.*canary)/),
    }),
  )
})

test('whatever the text is, it is a base URL without a slash at its end, or a ConfigError', () => {
  const url = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.webAuthority({ withPort: true, withIPv4: true, withIPv6: true, withUserInfo: true }),
    fc
      .tuple(fc.constantFrom('dns:///', 'http://', 'https://', '//', 'a://', ''), fc.string())
      .map((each) => each.join('')),
  )
  fc.assert(
    fc.property(url, fc.boolean(), (text, insecure) => {
      try {
        const base = httpBaseUrl({ platform: { url: text, insecure } })
        expect(base).toMatch(insecure ? /^http:\/\/[^/]/ : /^https:\/\/[^/]/)
        expect(base).not.toMatch(/\/$|[?#\s]/)
        expect(new URL(base).username).toBe('')
        expect(new URL(base).href.replace(/\/$/, '')).toBe(base)
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
      }
    }),
    { numRuns: 1000 },
  )
})

test('a long path takes no time, and a slash that is lost is found again', () => {
  expect(baseUrl(`h/${'/'.repeat(100_000)}a`)).toMatch(/a$/)
  expect(baseUrl('https:/flyte.example.com')).toBe('https://flyte.example.com')
})

describe('platform.http_url', () => {
  const of = (httpUrl: string, insecure = false, url = 'grpc.example.com:81') =>
    httpBaseUrl({ platform: { url, httpUrl, insecure } })

  test.each([
    ['//flyte.example.com', false, 'https://flyte.example.com'],
    ['//flyte.example.com:8088/base/', true, 'http://flyte.example.com:8088/base'],
    ['http://flyte.example.com', false, 'http://flyte.example.com'],
    ['HTTPS://flyte.example.com/x', true, 'https://flyte.example.com/x'],
  ])('%s with insecure=%s wins: %s', (httpUrl, insecure, expected) => {
    expect(of(httpUrl, insecure)).toBe(expected)
    // What the endpoint of gRPC says is no contradiction then.
    expect(of(httpUrl, insecure, 'https://h')).toBe(expected)
    expect(of(httpUrl, insecure, 'http://h')).toBe(expected)
  })

  test.each([
    'flyte.example.com',
    'flyte.example.com:8088',
    '/path',
    '//',
    'ftp://h',
    '//u:canary@h',
    '//h?canary',
    ' ',
  ])('%j is refused', (httpUrl) => {
    expect(() => of(httpUrl)).toThrow(
      expect.objectContaining({
        code: 'FLYTE_CONFIG_INVALID',
        setting: 'platform.http_url',
        message: expect.not.stringContaining('canary'),
      }),
    )
  })

  test('that is empty leaves the endpoint its say', () => {
    expect(of('')).toBe('https://grpc.example.com:81')
  })
})
