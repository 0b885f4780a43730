import type { TokenSet } from '@flyte-js/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hash, type KeyringTokens, parseRecords, readLogin, writeRecords } from './keyring-login.js'

const old: TokenSet = {
  accessToken: 'old access',
  tokenType: 'bearer',
  expiresAt: 1,
  refreshToken: 'old refresh',
  idToken: 'old id',
  scope: 'all',
  issuer: 'https://one.example.com',
}
const renewed: TokenSet = {
  accessToken: 'new access',
  tokenType: 'bearer',
  expiresAt: 2,
  refreshToken: 'new refresh',
  issuer: 'https://two.example.com',
}

const tokensOf = ({ accessToken, refreshToken, idToken }: TokenSet): KeyringTokens => ({
  accessToken,
  refreshToken,
  idToken,
})
const stored = (key: string, tokenSet: TokenSet, before: KeyringTokens = {}, records = '') =>
  writeRecords(key, tokenSet, before, parseRecords(records))

describe('our own entry', () => {
  it('gives back the whole token set, and its key', () => {
    const login = readLogin(tokensOf(old), parseRecords(stored('k', old)))
    expect(login).toEqual({ key: hash('k'), isWhole: true, tokenSet: old })
  })

  it('holds no token, and is short enough for the Credential Manager of Windows', () => {
    const text = stored('k'.repeat(1000), renewed, tokensOf(old), stored('k'.repeat(1000), old))
    expect(text).not.toMatch(/(old|new) (access|refresh|id)/)
    expect(text.length).toBeLessThan(1280)
  })

  it('is undefined where it is anything else', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void expect(parseRecords(text)).toBeUndefined()))
    expect(parseRecords('{"version":2,"current":{"key":"a","access":"b","tokenType":"bearer"}}')).toBeUndefined()
  })
})

describe('tokens that flytekit has written', () => {
  it('are a login without details, of no key', () => {
    const { accessToken, refreshToken } = old
    const tokenSet = { accessToken, tokenType: 'bearer', refreshToken }
    expect(readLogin({ accessToken, refreshToken }, undefined)).toEqual({ isWhole: true, tokenSet })
    const login = readLogin({ accessToken, refreshToken }, parseRecords(stored('k', renewed)))
    expect(login).toEqual({ isWhole: false, tokenSet })
  })

  it('are none without an access token', () => {
    expect(readLogin({ refreshToken: 'r', idToken: 'i' }, undefined)).toBeUndefined()
    expect(readLogin({ ...tokensOf(old), accessToken: '' }, parseRecords(stored('k', old)))).toBeUndefined()
  })

  it('keep the issuer of a refresh token that is still ours', () => {
    const tokens = { accessToken: 'of flytekit', refreshToken: 'new refresh' }
    const tokenSet = { ...tokens, tokenType: 'bearer', issuer: renewed.issuer }
    expect(readLogin(tokens, parseRecords(stored('k', renewed)))?.tokenSet).toEqual(tokenSet)
  })
})

describe('a write that was broken off', () => {
  const write = (from: TokenSet, records: string) => {
    const own = stored('new key', renewed, tokensOf(from), records)
    return { records: parseRecords(own), before: tokensOf(from) }
  }

  it.each([
    ['before any token is still the old login', stored('old key', old), { key: hash('old key'), tokenSet: old }],
    ['before any token of flytekit’s login is still that', '', { tokenSet: { ...tokensOf(old), tokenType: 'bearer' } }],
  ])('%s', (_, before, expected) => {
    const { records, before: tokens } = write(old, before)
    expect(readLogin(tokens, records)).toEqual({ isWhole: true, ...expected })
  })

  it.each([
    ['our login', stored('old key', old)],
    ['flytekit’s', ''],
  ])(
    'after the refresh token of %s is renewed by it, at its own issuer, and never used with the old access token',
    (_, before) => {
      const { records, before: tokens } = write(old, before)
      const login = readLogin({ ...tokens, refreshToken: renewed.refreshToken }, records)
      expect(login).toEqual({
        key: hash('new key'),
        isWhole: false,
        tokenSet: {
          accessToken: 'old access',
          tokenType: 'bearer',
          expiresAt: 0,
          refreshToken: 'new refresh',
          issuer: 'https://two.example.com',
        },
      })
    },
  )

  it('before what is left of the old login was removed is the new one, without that', () => {
    const { records, before } = write(old, stored('old key', old))
    expect(readLogin({ ...before, ...defined(tokensOf(renewed)) }, records)?.tokenSet).toEqual(renewed)
  })

  it('twice, before any token, is still the old login', () => {
    const once = write(old, stored('old key', old))
    const twice = parseRecords(
      writeRecords('third key', { ...renewed, refreshToken: 'third' }, once.before, once.records),
    )
    expect(readLogin(once.before, twice)?.tokenSet).toEqual(old)
  })
})

const defined = (tokens: KeyringTokens) => Object.fromEntries(Object.entries(tokens).filter(([, token]) => token))

describe('whatever step a crash comes after', () => {
  const token = fc.constantFrom('one', 'two', 'three')
  const tokenSet = fc.record({ accessToken: token, refreshToken: fc.option(token), idToken: fc.option(token) }).map(
    ({ accessToken, refreshToken, idToken }): TokenSet => ({
      accessToken: `access ${accessToken}`,
      tokenType: 'bearer',
      expiresAt: 5,
      ...(refreshToken && { refreshToken: `refresh ${refreshToken}` }),
      ...(idToken && { idToken: `id ${idToken}` }),
    }),
  )

  it('the old login is there, or the new one, or the new one with nothing but its refresh token usable', () => {
    fc.assert(
      fc.property(tokenSet, tokenSet, fc.nat(5), (from, to, steps) => {
        const records = parseRecords(stored('to', to, tokensOf(from), stored('from', from)))
        const tokens = { ...defined(tokensOf(from)) } as KeyringTokens
        const writes = (['refreshToken', 'idToken', 'accessToken'] as const).filter((field) => to[field])
        const removals = (['refreshToken', 'idToken'] as const).filter((field) => !to[field])
        for (const field of writes.slice(0, steps)) tokens[field] = to[field]
        for (const field of removals.slice(0, Math.max(0, steps - writes.length))) delete tokens[field]
        const login = readLogin(tokens, records)?.tokenSet
        const half = { accessToken: from.accessToken, tokenType: 'bearer', expiresAt: 0 }
        const { refreshToken } = to
        const allowed = [from, to, half, { ...half, ...(refreshToken && { refreshToken }) }]
        expect(allowed).toContainEqual(login)
      }),
      { numRuns: 1000 },
    )
  })
})
