import type { FlyteEvent, TokenSet } from '@flyte-js/core'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { memoryStore } from '@flyte-js/token-store'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFlyteClient } from './create-flyte-client.js'
import { createFlyteLogin } from './create-flyte-login.js'

let admin: FlyteAdmin
let env: Record<string, string>
beforeAll(async () => {
  admin = await startFlyteAdmin()
  env = {
    FLYTE_PLATFORM_URL: admin.url,
    FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
    FLYTE_CREDENTIALS_CLIENT_ID: 'flytepropeller',
    FLYTE_CREDENTIALS_CLIENT_SECRET: 'short-secret',
  }
})
afterAll(() => admin.close())
beforeEach(() => admin.clearRequests())

describe('a login without a client', () => {
  it('is that of createFlyteClient: what one has stored the other uses', async () => {
    const store = memoryStore()
    const login = await createFlyteLogin({ env, store })
    expect(admin.requests).toEqual([])
    const { accessToken } = await login.getToken()
    const flyte = await createFlyteClient({ env, store })
    expect((await flyte.auth.getToken()).accessToken).toBe(accessToken)
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(1)
    expect(login).toMatchObject({ endpoint: admin.url, mode: 'client_credentials', headerName: 'authorization' })
    flyte.close()
    login.close()
  })

  it('asks nobody while a stored token is good, and tells that it took it up', async () => {
    const store = memoryStore()
    await (await createFlyteLogin({ env, store })).getToken()
    admin.clearRequests()
    const events: FlyteEvent[] = []
    const login = await createFlyteLogin({ env, store, onEvent: (event) => events.push(event) })
    await login.getToken()
    expect(admin.requests).toEqual([])
    expect(events.map(({ type }) => type)).toEqual(['token.restored'])
  })

  it('renews a refused token once, and ends', async () => {
    const login = await createFlyteLogin({ env, store: memoryStore() })
    const { accessToken } = await login.getToken()
    expect((await login.getToken({ rejected: accessToken })).accessToken).not.toBe(accessToken)
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(2)
    expect(await login.logout()).toEqual({ revoked: false })
    expect(await login.peek()).toBeUndefined()
  })

  it('misses at once what is not set, before a token is wanted', async () => {
    const { FLYTE_CREDENTIALS_CLIENT_SECRET: _, ...rest } = env
    await expect(createFlyteLogin({ env: rest })).rejects.toMatchObject({
      code: 'FLYTE_CONFIG_MISSING',
      setting: 'credentials.client_secret',
    })
  })

  it('is none in the mode "none", and says how to have one', async () => {
    const login = await createFlyteLogin({ env: { ...env, FLYTE_CREDENTIALS_AUTH_MODE: 'none' } })
    expect(await login.peek()).toBeUndefined()
    await expect(login.getToken()).rejects.toThrow('credentials.auth_mode is none')
  })
})

describe('where it is kept', () => {
  const stored = { ...memoryStore(), name: 'keyring' }
  it.each([
    ['memory', { store: undefined, more: { FLYTE_JS_TOKEN_STORE: 'memory' } }],
    ['the keyring', { store: stored, more: {} }],
    ['Redis', { store: { ...memoryStore(), name: 'redis' }, more: {} }],
    ['a-store-of-ones-own', { store: { ...memoryStore(), name: 'a-store-of-ones-own' }, more: {} }],
  ])('%s', async (place, { store, more }) => {
    const login = await createFlyteLogin({ env: { ...env, ...more }, ...(store && { store }) })
    expect(await login.keptIn()).toBe(place)
  })

  it('is told although the store cannot be read', async () => {
    const broken = { ...memoryStore(), name: 'redis', get: (): Promise<TokenSet> => Promise.reject(new Error('down')) }
    expect(await (await createFlyteLogin({ env, store: broken })).keptIn()).toBe('Redis')
  })
})
