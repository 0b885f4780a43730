import type { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type RedisClient, type RedisStoreOptions, redisStore } from './redis.js'

const client = { isOpen: true, connect: async () => {}, eval: async () => null } satisfies RedisClient

describe('the options of the redis store', () => {
  it.each<[string, RedisStoreOptions]>([
    ['no server', {}],
    ['two', { url: 'redis://localhost', client }],
    ['a URL that is none', { url: 'localhost' }],
    ['a short encryption key', { client, encryptionKey: 'short' }],
    ['no time to live', { client, maxAge: 0 }],
    ['no time to answer', { client, timeout: Number.NaN }],
    ['braces in the prefix', { client, prefix: '{app}:' }],
  ])('refuse %s', (_, options) => {
    expect(() => redisStore(options)).toThrow(expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }))
  })
})

describe('a client', () => {
  it('may be any of the package redis', () => {
    expectTypeOf<ReturnType<typeof createClient>>().toExtend<RedisClient>()
    expectTypeOf<ReturnType<typeof createClientPool>>().toExtend<RedisClient>()
    expectTypeOf<ReturnType<typeof createCluster>>().toExtend<RedisClient>()
    expectTypeOf<ReturnType<typeof createSentinel>>().toExtend<RedisClient>()
  })

  it('that is not open is connected once, however many ask', async () => {
    let connected = 0
    const closed = {
      ...client,
      isOpen: false,
      async connect() {
        closed.isOpen = true
        connected += 1
        await new Promise((resolve) => setTimeout(resolve))
      },
    }
    const store = redisStore({ client: closed })
    expect(await Promise.all([store.get('a'), store.get('b')])).toEqual([undefined, undefined])
    expect(connected).toBe(1)
  })

  it('that does not connect is unavailable after the timeout', async () => {
    const hanging = { ...client, isOpen: false, connect: () => new Promise<void>(() => {}) }
    const store = redisStore({ client: hanging, timeout: 10 })
    await expect(store.get('a')).rejects.toMatchObject({ code: 'FLYTE_STORE_UNAVAILABLE' })
  })

  it('may answer with bytes, as one with a type mapping does', async () => {
    const value = JSON.stringify({ version: 1, tokenSet: { accessToken: 'a', tokenType: 'bearer' } })
    const store = redisStore({ client: { ...client, eval: async () => Buffer.from(value) } })
    expect(await store.get('a')).toEqual({ accessToken: 'a', tokenType: 'bearer' })
  })
})
