import type { AuthorizationServer } from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { scopesToRequest, withoutOfflineScopes } from './offline-scopes.js'

const admin: AuthorizationServer = { issuer: 'https://flyte.example.com', scopes_supported: ['all'] }
const other: AuthorizationServer = {
  issuer: 'https://login.example.com',
  scopes_supported: ['openid', 'offline_access'],
}
const request = (changes: Partial<Parameters<typeof scopesToRequest>[0]>) =>
  scopesToRequest({ given: undefined, advertised: ['all', 'offline'], offline: undefined, server: admin, ...changes })

describe('the scopes that a person is asked for', () => {
  it('are those that were given, else those advertised', () => {
    expect(request({})).toEqual(['all', 'offline'])
    expect(request({ given: ['read'] })).toEqual(['read'])
    expect(request({ given: [] })).toEqual([])
  })

  it('may be written with commas or blanks, and twice', () => {
    expect(request({ given: ['a,b', 'b c', '', ' a '] })).toEqual(['a', 'b', 'c'])
  })

  it.each([true, false])('have or lack the one for a refresh token where offline is %s', (offline) => {
    expect(request({ offline })).toEqual(offline ? ['all', 'offline'] : ['all'])
    expect(request({ offline, advertised: ['all', 'offline_access'] })).toEqual(
      offline ? ['all', 'offline_access'] : ['all'],
    )
  })

  it('gain the one that the server has', () => {
    expect(request({ offline: true, advertised: ['all'] })).toEqual(['all', 'offline'])
    expect(request({ offline: true, given: ['openid'], server: other })).toEqual(['openid', 'offline_access'])
  })

  it('are an error where they contradict offline: false', () => {
    expect(() => request({ offline: false, given: ['all', 'offline_access'] })).toThrow(
      expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT', message: expect.stringContaining('offline: true') }),
    )
    expect(request({ offline: false, given: ['all'] })).toEqual(['all'])
  })
})

it('leaves out what asks for a refresh token', () => {
  expect(withoutOfflineScopes(['all', 'offline', 'openid', 'offline_access', 'offline.x'])).toEqual([
    'all',
    'openid',
    'offline.x',
  ])
})
