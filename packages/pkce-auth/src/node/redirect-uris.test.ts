import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLoopbackUri, redirectUris } from './redirect-uris.js'

const ports = (uris: readonly { port: number }[]) => uris.map(({ port }) => port)

describe('a redirect URI', () => {
  test.each([
    ['http://localhost:53593/callback', 53593, 'http://localhost:53593/callback'],
    ['http://localhost/callback', 80, 'http://localhost/callback'],
    ['http://127.0.0.1:8080/', 8080, 'http://127.0.0.1:8080/'],
    ['http://127.0.0.1:80/callback', 80, 'http://127.0.0.1:80/callback'],
    ['http://[::1]:8080/a?b=c', 8080, 'http://[::1]:8080/a?b=c'],
    ['HTTP://LocalHost:5000/Call', 5000, 'HTTP://LocalHost:5000/Call'],
    // Any port.
    ['http://localhost:0/callback', 0, 'http://localhost:7777/callback'],
    ['http://127.0.0.1/callback', 0, 'http://127.0.0.1:7777/callback'],
    ['http://127.0.0.1:0/callback', 0, 'http://127.0.0.1:7777/callback'],
    ['http://127.0.0.1:/callback', 0, 'http://127.0.0.1:7777/callback'],
    ['http://[::1]/callback?a=:0', 0, 'http://[::1]:7777/callback?a=:0'],
    ['http://[::1]:0', 0, 'http://[::1]:7777'],
    ['http://127.0.0.1?a=/b', 0, 'http://127.0.0.1:7777?a=/b'],
  ])('%s is listened for at port %i, and is sent as %s', (text, port, sent) => {
    const uri = parseLoopbackUri(text)
    expect(uri.port).toBe(port)
    expect(uri.withPort(7777)).toBe(sent)
  })

  test('that has a port is sent letter by letter, and one that has none changes by the port alone', () => {
    const path = fc.string({ unit: fc.constantFrom(...'ab0/?:=&.%') })
    const written = fc.constantFrom(
      'http://localhost:5000',
      'http://127.0.0.1',
      'http://[::1]:0',
      'http://127.0.0.1:5000',
    )
    fc.assert(
      fc.property(written, path, fc.integer({ min: 1, max: 65535 }), (start, path, port) => {
        const text = `${start}${path.startsWith('/') ? '' : '/'}${path}`
        const sent = parseLoopbackUri(text).withPort(port)
        expect(sent.endsWith(text.slice(start.length))).toBe(true)
        expect(new URL(sent).port || '80').toBe(start.endsWith('5000') ? '5000' : String(port))
      }),
    )
  })

  test.each([
    'https://localhost:53593/callback',
    'http://flyte.example.com/callback',
    'http://localhost.example.com:53593/callback',
    'http://app.localhost:53593/callback',
    'http://127.0.0.2:53593/callback',
    'http://0.0.0.0:53593/callback',
    'http://[::]:53593/callback',
    'http://user:canary@localhost:53593/callback',
    'http://localhost:53593/callback#part',
    'http://localhost:53593/callback#',
    ' http://localhost:53593/callback',
    'com.example.app:/callback',
    'localhost:53593/callback',
    '/callback',
    '',
  ])('%s cannot be received here', (text) => {
    expect(() => parseLoopbackUri(text)).toThrow(
      expect.objectContaining({
        code: 'FLYTE_INVALID_ARGUMENT',
        message: expect.stringMatching(/http on localhost, 127\.0\.0\.1 or \[::1\].+redirectUri/),
      }),
    )
    expect(() => parseLoopbackUri(text)).not.toThrow(/canary/)
  })
})

describe('the redirect URIs to try', () => {
  const flytectl = { redirectUri: 'http://localhost:53593/callback', clientId: 'flytectl', isFlyteAdmin: true }

  test('the advertised one, then those to fall back to, then the second of a client that Flyte Admin has built in', () => {
    const uris = redirectUris(flytectl, {
      fallbackRedirectUris: ['http://localhost:1111/a', 'http://localhost:2222/b'],
    })
    expect(uris.map((uri) => uri.withPort(0))).toEqual([
      'http://localhost:53593/callback',
      'http://localhost:1111/a',
      'http://localhost:2222/b',
      'http://localhost:12345/callback',
    ])
  })

  test('the one that was given comes in place of the advertised one', () => {
    expect(ports(redirectUris(flytectl, { redirectUri: 'http://localhost:7000/here' }))).toEqual([7000, 12345])
  })

  test('the second one has the path of the first', () => {
    const uris = redirectUris({ ...flytectl, redirectUri: 'http://localhost:53593/other?x=y' }, {})
    expect(uris.at(-1)?.withPort(0)).toBe('http://localhost:12345/other')
  })

  test('another server, or another client, has no second one of itself', () => {
    expect(ports(redirectUris({ ...flytectl, isFlyteAdmin: false }, {}))).toEqual([53593])
    expect(ports(redirectUris({ ...flytectl, clientId: 'mine' }, {}))).toEqual([53593])
  })

  test('no port is tried twice', () => {
    const given = { redirectUri: 'http://localhost:12345/callback', fallbackRedirectUris: ['http://127.0.0.1:12345/b'] }
    expect(ports(redirectUris(flytectl, given))).toEqual([12345])
  })

  test('an advertised one that is of no use here is told, and does not matter where there is another', () => {
    const client = { ...flytectl, redirectUri: 'https://flyte.example.com/callback' }
    expect(() => redirectUris(client, {})).toThrow(expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }))
    expect(ports(redirectUris(client, { redirectUri: 'http://localhost:7000/' }))).toEqual([7000, 12345])
    expect(ports(redirectUris(client, { fallbackRedirectUris: ['http://localhost:7000/'] }))).toEqual([7000, 12345])
  })

  test('where nobody names one, the error says who could', () => {
    expect(() => redirectUris({ clientId: 'mine', isFlyteAdmin: true }, {})).toThrow(
      expect.objectContaining({
        code: 'FLYTE_AUTH_DISCOVERY_FAILED',
        message: expect.stringMatching(/redirectUri \(FLYTE_CREDENTIALS_REDIRECT_URI\).+flyteClient\.redirectUri/),
      }),
    )
  })
})
