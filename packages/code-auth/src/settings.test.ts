import { FlyteError } from '@flyte-js/core'
import { describe, expect, it } from 'vitest'
import { cookieKey } from '../test/portal.js'
import { type CodeAuthOptions, createCodeAuth } from './index.js'
import { readSettings } from './settings.js'

const good: CodeAuthOptions = {
  issuer: 'https://login.example.com',
  endpoint: 'https://flyte.example.com',
  clientId: 'portal',
  clientSecret: 'canary-secret',
  redirectUri: 'https://portal.example.com/callback',
  cookieKeys: [cookieKey()],
}
const canary = 'canary-0123456789-0123456789-0123456789'

/** The error that options lead to, whatever their types. */
function errorOf(changes: Record<string, unknown>): FlyteError | undefined {
  try {
    createCodeAuth({ ...good, ...changes } as CodeAuthOptions)
  } catch (error) {
    if (FlyteError.isInstance(error)) return error
    throw error
  }
  return undefined
}

describe('options', () => {
  it('that are right are taken, and nobody is asked', () => {
    expect(errorOf({ fetch: () => expect.unreachable() })).toBeUndefined()
    expect(errorOf({ issuer: undefined })).toBeUndefined()
    expect(errorOf({ endpoint: undefined })).toBeUndefined()
    expect(errorOf({ redirectUri: 'http://localhost:3000/callback' })).toBeUndefined()
    expect(
      errorOf({ afterLogin: 'https://other.example.com/x', allowedRedirects: ['https://other.example.com'] }),
    ).toBe(undefined)
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['clientId', { clientId: '' }, 'Give the clientId'],
    ['clientSecret', { clientSecret: undefined }, 'Give the clientSecret'],
    ['issuer', { issuer: undefined, endpoint: undefined }, 'or Flyte Admin as endpoint'],
    ['issuer', { issuer: canary }, 'Write https://'],
    ['endpoint', { endpoint: 'flyte.example.com' }, 'Write https://'],
    ['endpoint', { endpoint: '' }, 'Write https://'],
    ['redirectUri', { redirectUri: '/callback' }, 'as it is registered'],
    ['redirectUri', { redirectUri: undefined }, 'as it is registered'],
    ['redirectUri', { redirectUri: 'https://portal.example.com/callback#x' }, 'without a fragment'],
    ['redirectUri', { redirectUri: 'https://canary:x@portal.example.com/callback' }, 'Leave that out'],
    ['cookieKeys', { cookieKeys: [] }, 'openssl rand'],
    ['cookieKeys', { cookieKeys: canary }, 'Give an array'],
    ['cookieKeys[0]', { cookieKeys: ['canary-of-less-than-32-character'.slice(1)] }, 'at least 32 characters'],
    ['cookieKeys[1]', { cookieKeys: [cookieKey(), undefined] }, 'at least 32 characters'],
    ['cookieKeys[0]', { cookieKeys: ['x'.repeat(40)] }, 'can be guessed'],
    ['cookieKeys', { cookieKeys: [canary, canary] }, 'Leave one of them out'],
    ['clientAuthentication', { clientAuthentication: 'basic' }, "'client_secret_basic'"],
    ['store', { store: 'memory' }, "redisStore(), or 'cookie'"],
    ['store', { store: null }, "redisStore(), or 'cookie'"],
    ['scopes', { scopes: 'openid' }, "Write ['openid'"],
    ['idleTimeout', { idleTimeout: 0 }, 'in milliseconds'],
    ['absoluteTimeout', { absoluteTimeout: Number.NaN }, 'in milliseconds'],
    ['absoluteTimeout', { absoluteTimeout: '1h' }, 'in milliseconds'],
    ['allowedRedirects', { allowedRedirects: 'https://other.example.com' }, 'is no array'],
    ['allowedRedirects[0]', { allowedRedirects: ['other.example.com'] }, 'Write https://'],
    ['allowedRedirects[0]', { allowedRedirects: ['javascript:alert(1)'] }, 'Write https://'],
    ['afterLogin', { afterLogin: 'https://other.example.com/' }, 'allowedRedirects'],
    ['afterLogout', { afterLogout: '//other.example.com/' }, 'allowedRedirects'],
    ['loginPath', { loginPath: 'login' }, 'a slash in front'],
    ['loginPath', { loginPath: '//login' }, 'a slash in front'],
    ['proxyPath', { proxyPath: '/api?x' }, 'a slash in front'],
    ['authorizationMetadataKey', { authorizationMetadataKey: 'a b' }, 'flyte-authorization'],
  ])('%s that are wrong are named, with what to write, and not repeated: %j', (name, changes, cure) => {
    const error = errorOf(changes)
    expect(error?.code).toBe('FLYTE_INVALID_ARGUMENT')
    expect(error?.message).toContain(`The option ${name} `)
    expect(error?.message).toContain(cure)
    expect(error?.message).not.toContain('canary')
  })

  it.each([
    ['issuer', { issuer: 'http://login.example.com' }],
    ['endpoint', { endpoint: 'http://flyte.example.com' }],
  ])('%s in plain text needs insecure', (name, changes) => {
    expect(errorOf(changes)).toMatchObject({
      code: 'FLYTE_AUTH_INSECURE_ENDPOINT',
      message: expect.stringContaining(`The option ${name} `),
    })
    expect(errorOf(changes)?.message).toContain('set insecure: true')
    expect(errorOf({ ...changes, insecure: true })).toBeUndefined()
  })

  it('redirectUri in plain text is for loopback alone, insecure or not', () => {
    for (const insecure of [false, true]) {
      expect(errorOf({ redirectUri: 'http://portal.example.com/callback', insecure })).toMatchObject({
        code: 'FLYTE_AUTH_INSECURE_ENDPOINT',
        message: expect.stringContaining('http://localhost'),
      })
    }
  })

  it('that are left out have their defaults', () => {
    expect(readSettings(good)).toMatchObject({
      origin: 'https://portal.example.com',
      isSecure: true,
      pkce: true,
      insecure: false,
      idleTimeout: 8 * 3_600_000,
      absoluteTimeout: 24 * 3_600_000,
      afterLogin: '/',
      afterLogout: '/',
      loginPath: '/login',
      proxyPath: '/api/v1',
      requirePost: false,
      endProviderSession: false,
      header: 'authorization',
      store: { name: 'memory' },
    })
    expect(readSettings({ ...good, store: 'cookie' }).store).toBeUndefined()
    expect(readSettings({ ...good, idleTimeout: 10_000, absoluteTimeout: 5_000 }).idleTimeout).toBe(5_000)
  })
})
