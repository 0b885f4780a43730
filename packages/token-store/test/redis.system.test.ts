import { type FlyteEvent, type TokenSet, TokenStoreError } from '@flyte-js/core'
import { tokenStoreContract } from '@flyte-js/testing/token-store-contract'
import { createClient, createCluster } from 'redis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RedisStore, type RedisStoreOptions, redisStore } from '../src/node/redis.js'
import { canary, everythingOf } from './canaries.js'
import { startModule } from './node-process.js'
import { type RedisServer, startRedisServer } from './redis-server.js'

const password = `${canary}-p@ss/word%`
const encryptionKey = `${canary}-encryption-key-of-32-characters`
const tokens: TokenSet = {
  accessToken: `${canary}-access`,
  tokenType: 'bearer',
  refreshToken: `${canary}-refresh`,
  idToken: `${canary}-id`,
}
const events: FlyteEvent[] = []
const opened: RedisStore[] = []
let server: RedisServer
let inspector: ReturnType<typeof createClient>

/** Another handle, as another host would have. */
function open(options: Partial<RedisStoreOptions> = {}): RedisStore {
  const onEvent = (event: FlyteEvent) => void events.push(event)
  const store = redisStore({ ...(!options.client && { url: server.url }), onEvent, ...options })
  opened.push(store)
  return store
}

const thrown = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as TokenStoreError,
  )

const ofType = (type: FlyteEvent['type']) => events.filter((event) => event.type === type)

/** A child that takes the lock, says so, and then does what it is told. */
const holder = `
import { redisStore } from '@flyte-js/token-store/redis'
const [url, key] = process.argv.slice(1)
const store = redisStore({ url })
await store.withLock(key, async (locked) => {
  console.log('inside')
  const order = await new Promise((resolve) => process.stdin.once('data', (data) => resolve(String(data).trim())))
  if (order === 'write') {
    const error = await locked.set(key, { accessToken: 'of the holder', tokenType: 'bearer' }).then(() => {}, (error) => error)
    console.log(error?.code ?? 'written')
  }
})
process.stdin.destroy()
`

beforeAll(async () => {
  server = await startRedisServer({ password })
  inspector = createClient({ url: server.url, socket: { reconnectStrategy: 50 } })
  inspector.on('error', () => {})
  await inspector.connect()
})
afterEach(async () => {
  for (const store of opened.splice(0)) store.close()
  await server.start()
  expect(everythingOf(events)).not.toContain(canary)
  events.length = 0
})
afterAll(async () => {
  inspector.destroy()
  await server.stop()
})

describe('the redis store', () => {
  for (const { name, run } of tokenStoreContract({ open: () => open() })) it(name, run)
})
describe('the redis store with an encryption key', () => {
  for (const { name, run } of tokenStoreContract({ open: () => open({ encryptionKey }) })) it(name, run)
})
describe('the redis store on a client of its user', () => {
  for (const { name, run } of tokenStoreContract({ open: () => open({ client: inspector }) })) it(name, run)
})

describe('the redis store on a cluster', () => {
  let clusterServer: RedisServer
  let cluster: ReturnType<typeof createCluster>
  beforeAll(async () => {
    clusterServer = await startRedisServer({ password, isCluster: true })
    cluster = createCluster({ rootNodes: [{ url: clusterServer.url }], defaults: { password } })
    cluster.on('error', () => {})
  })
  afterAll(async () => {
    cluster.destroy()
    await clusterServer.stop()
  })
  for (const { name, run } of tokenStoreContract({ open: () => open({ client: cluster }) })) it(name, run)
})

describe('a client of the user', () => {
  it('is connected, used as it is, and left open', async () => {
    const client = createClient({ url: server.url, keyPrefix: 'mine:' })
    client.on('error', () => {})
    const store = open({ client })
    await Promise.all([store.get('k'), store.set('k', tokens)])
    expect(client.isOpen).toBe(true)
    expect(await inspector.exists('mine:flyte-js:{token:k}')).toBe(1)
    store.close()
    expect(await client.ping()).toBe('PONG')
    client.destroy()
  })

  it('has what it could not send withdrawn when its caller has been told so', async () => {
    const client = createClient({ url: server.url, socket: { reconnectStrategy: () => 100 } })
    client.on('error', () => {})
    const store = open({ client, timeout: 200 })
    await store.set('late', tokens)
    await server.kill()
    const error = await thrown(store.set('late', { ...tokens, accessToken: 'too late' }))
    expect(error?.code).toBe('FLYTE_STORE_WRITE_FAILED')
    await server.start()
    await expect.poll(() => client.isReady, { timeout: 5000 }).toBe(true)
    expect(await store.get('late')).toEqual(tokens)
    client.destroy()
  })
})

describe('how long a login is kept', () => {
  const kept = async (tokenSet: TokenSet, options?: Partial<RedisStoreOptions>) => {
    await open(options).set('ttl', tokenSet)
    return inspector.pTTL('flyte-js:{token:ttl}')
  }
  const { refreshToken: _, ...withoutRefresh } = tokens
  const inAnHour = () => Date.now() + 3_600_000

  it('without end with a refresh token, or where nobody knows when the access token expires', async () => {
    await kept({ ...withoutRefresh, expiresAt: inAnHour() })
    expect(await kept({ ...tokens, expiresAt: Date.now() - 1000 })).toBe(-1)
    expect(await kept(withoutRefresh)).toBe(-1)
  })

  it('a minute longer than an access token that nothing renews', async () => {
    const left = await kept({ ...withoutRefresh, expiresAt: inAnHour() })
    expect(left).toBeGreaterThan(3_600_000 + 55_000)
    expect(left).toBeLessThanOrEqual(3_600_000 + 60_000)
    expect(await kept({ ...withoutRefresh, expiresAt: 1 })).toBeGreaterThan(55_000)
  })

  it('at most as long as maxAge says, under the lock too', async () => {
    expect(await kept(tokens, { maxAge: 5000 })).toBeLessThanOrEqual(5000)
    const store = open({ maxAge: 7000 })
    await store.withLock('ttl', (locked) => locked.set('ttl', tokens))
    expect(await inspector.pTTL('flyte-js:{token:ttl}')).toBeGreaterThan(5000)
    expect(await kept({ ...withoutRefresh, expiresAt: 1 }, { maxAge: 3_600_000 })).toBeLessThanOrEqual(60_000)
  })

  it('a minute longer than somebody needs it who says so, with a refresh token and under the lock too', async () => {
    const store = open()
    const forgetAt = inAnHour()
    await store.set('ttl', tokens, { forgetAt })
    const left = await inspector.pTTL('flyte-js:{token:ttl}')
    expect(left).toBeGreaterThan(3_600_000 + 55_000)
    expect(left).toBeLessThanOrEqual(3_600_000 + 60_000)
    await store.withLock('ttl', (locked) => locked.set('ttl', tokens, { forgetAt: 1 }))
    expect(await inspector.pTTL('flyte-js:{token:ttl}')).toBeLessThanOrEqual(60_000)
    await open({ maxAge: 5000 }).set('ttl', tokens, { forgetAt })
    expect(await inspector.pTTL('flyte-js:{token:ttl}')).toBeLessThanOrEqual(5000)
  })

  it('the lock and its fence end by themselves', async () => {
    await open().withLock('ttl', async () => {
      expect(await inspector.pTTL('flyte-js:{token:ttl}:lock')).toBeGreaterThan(0)
      expect(await inspector.pTTL('flyte-js:{token:ttl}:lock')).toBeLessThan(5000)
    })
    expect(await inspector.exists('flyte-js:{token:ttl}:lock')).toBe(0)
    expect(await inspector.pTTL('flyte-js:{token:ttl}:fence')).toBeGreaterThan(0)
  })
})

describe('what lies on the server', () => {
  it('shows nothing of a token when there is an encryption key', async () => {
    await open({ encryptionKey }).set('sealed', tokens)
    const text = await inspector.get('flyte-js:{token:sealed}')
    expect(text).toContain('sealed')
    expect(text).not.toContain(canary)
    expect(ofType('store.plaintext')).toEqual([])
  })

  it('is said to be plaintext otherwise, once', async () => {
    const store = open()
    await store.set('plain', tokens)
    await store.set('plain', tokens)
    const location = server.url.replace(/\/\/.*@/, '//')
    expect(ofType('store.plaintext')).toEqual([{ type: 'store.plaintext', store: 'redis', location }])
  })

  it('does not open with another key, without one, or under another name', async () => {
    await open({ encryptionKey }).set('sealed', tokens)
    const otherKey = `${encryptionKey}-not`
    for (const options of [{ encryptionKey: otherKey }, {}]) {
      const error = await thrown(open(options).get('sealed'))
      expect(error?.code).toBe('FLYTE_STORE_DECRYPTION_FAILED')
      expect(everythingOf(error)).not.toContain(canary)
    }
    await inspector.copy('flyte-js:{token:sealed}', 'flyte-js:{token:elsewhere}', { REPLACE: true })
    expect((await thrown(open({ encryptionKey }).get('elsewhere')))?.code).toBe('FLYTE_STORE_DECRYPTION_FAILED')
  })

  it('is not believed when there is a key and anybody may have written it', async () => {
    await open().set('planted', tokens)
    expect((await thrown(open({ encryptionKey }).get('planted')))?.code).toBe('FLYTE_STORE_DECRYPTION_FAILED')
  })

  it.each(['', 'no JSON', 'null', '{"version":1}', '{"version":2,"tokenSet":{"accessToken":"a","tokenType":"b"}}'])(
    'is put aside for a week when it is %j, and can be written anew',
    async (text) => {
      await inspector.set('flyte-js:{token:broken}', text)
      const store = open()
      expect(await store.get('broken')).toBeUndefined()
      const location = 'flyte-js:{token:broken}:corrupt'
      expect(ofType('store.corrupt')).toEqual([{ type: 'store.corrupt', store: 'redis', location }])
      expect(await inspector.get(location)).toBe(text)
      expect(await inspector.pTTL(location)).toBeGreaterThan(6 * 24 * 3_600_000)
      await store.withLock('broken', async (locked) => {
        expect(await locked.get('broken')).toBeUndefined()
        await locked.set('broken', tokens)
      })
      expect(await store.get('broken')).toEqual(tokens)
    },
  )

  it('of another type is an error, and is written over', async () => {
    await inspector.del('flyte-js:{token:list}')
    await inspector.lPush('flyte-js:{token:list}', 'foreign')
    const store = open()
    expect((await thrown(store.get('list')))?.code).toBe('FLYTE_STORE_READ_FAILED')
    await store.set('list', tokens)
    expect(await store.get('list')).toEqual(tokens)
  })

  it('has the prefix that was given', async () => {
    await open({ prefix: 'team-a:' }).set('k', tokens)
    expect(await inspector.exists('team-a:{token:k}')).toBe(1)
    expect(await open({ prefix: 'team-b:' }).get('k')).toBeUndefined()
  })
})

describe('a lock whose holder', () => {
  it('has died is taken over within 5 s', async () => {
    const child = startModule(holder, [server.url, 'dead'])
    expect(await child.line()).toBe('inside')
    child.process.kill('SIGKILL')
    const start = performance.now()
    const store = open()
    expect(await store.withLock('dead', async () => 'mine')).toBe('mine')
    expect(performance.now() - start).toBeLessThan(5000)
    expect(ofType('store.lock-taken-over')).toEqual([{ type: 'store.lock-taken-over', store: 'redis' }])
    await store.withLock('dead', async () => {})
    expect(ofType('store.lock-taken-over')).toHaveLength(1)
  })

  it('is paused goes to another, and the holder cannot overwrite what that one has written', async () => {
    const child = startModule(holder, [server.url, 'paused'])
    expect(await child.line()).toBe('inside')
    child.process.kill('SIGSTOP')
    const store = open()
    await store.withLock('paused', (locked) => locked.set('paused', tokens))
    child.process.kill('SIGCONT')
    child.process.stdin?.write('write\n')
    expect(await child.line()).toBe('FLYTE_STORE_LOCK_LOST')
    expect(await store.get('paused')).toEqual(tokens)
    await child.ended
  })

  it('was paused for long while nobody came can still write: its token is not lost', async () => {
    const child = startModule(holder, [server.url, 'alone'])
    expect(await child.line()).toBe('inside')
    child.process.kill('SIGSTOP')
    await expect.poll(() => inspector.exists('flyte-js:{token:alone}:lock'), { timeout: 5000 }).toBe(0)
    child.process.stdin?.write('write\n')
    child.process.kill('SIGCONT')
    expect(await child.line()).toBe('written')
    await child.ended
  })

  it('is alive is waited for, longer than the lock lives without a sign of it', async () => {
    const order: string[] = []
    let waiting: Promise<unknown> | undefined
    await open().withLock('slow', async (locked) => {
      waiting = open().withLock('slow', async () => order.push('waiter'))
      // Real time, since it is Redis that measures it.
      await new Promise((resolve) => setTimeout(resolve, 6000))
      await locked.set('slow', tokens)
      order.push('holder')
    })
    await waiting
    expect(order).toEqual(['holder', 'waiter'])
  }, 20_000)

  it('was thrown out by hand, and replaced, does not write, read or delete', async () => {
    const store = open()
    await store.set('stolen', tokens)
    await store.withLock('stolen', async (locked) => {
      await inspector.set('flyte-js:{token:stolen}:lock', 'somebody else', { PX: 1000 })
      const codes = [
        locked.set('stolen', { ...tokens, accessToken: 'other' }),
        locked.delete('stolen'),
        locked.get('stolen'),
      ].map(async (call) => (await thrown(call))?.code)
      expect(new Set(await Promise.all(codes))).toEqual(new Set(['FLYTE_STORE_LOCK_LOST']))
    })
    expect(await store.get('stolen')).toEqual(tokens)
    expect(await inspector.get('flyte-js:{token:stolen}:lock')).toBe('somebody else')
  })

  it('was thrown out, and its lock taken and given back since, does not write either', async () => {
    const [store, other] = [open(), open()]
    await store.withLock('gone', async (locked) => {
      await inspector.del('flyte-js:{token:gone}:lock')
      await other.withLock('gone', (theirs) => theirs.set('gone', tokens))
      expect((await thrown(locked.delete('gone')))?.code).toBe('FLYTE_STORE_LOCK_LOST')
    })
    expect(await store.get('gone')).toEqual(tokens)
  })
})

describe('a server that goes away', () => {
  it('and comes back with its data is borne with by the holder and by those who wait', async () => {
    const [store, other] = [open(), open()]
    let waiting: Promise<string> | undefined
    await store.withLock('restart', async (locked) => {
      await locked.set('restart', tokens)
      waiting = other.withLock('restart', async () => 'waited')
      await server.kill()
      const error = await thrown(locked.set('restart', { ...tokens, accessToken: 'b' }))
      expect(error?.code).toMatch(/^FLYTE_STORE_(UNAVAILABLE|WRITE_FAILED)$/)
      await server.start()
      expect(await locked.get('restart')).toEqual(tokens)
      await locked.set('restart', { ...tokens, accessToken: 'c' })
    })
    expect(await waiting).toBe('waited')
    expect((await other.get('restart'))?.accessToken).toBe('c')
  })

  it('and has lost its data lets the holder write no more, and those who wait go on', async () => {
    const [store, other] = [open(), open()]
    let waiting: Promise<unknown> | undefined
    await store.withLock('lost', async (locked) => {
      waiting = other.withLock('lost', (theirs) => theirs.set('lost', tokens))
      await server.kill()
      await server.start({ dataLost: true })
      await waiting
      expect((await thrown(locked.set('lost', { ...tokens, accessToken: 'old' })))?.code).toBe('FLYTE_STORE_LOCK_LOST')
    })
    expect(await store.get('lost')).toEqual(tokens)
  })

  it('and stays away is an error within seconds, for who reads, writes and locks, and shows no secret', async () => {
    const store = open({ timeout: 1000 })
    await store.get('away')
    await server.kill()
    const start = performance.now()
    const calls = [store.get('away'), store.set('away', tokens), store.withLock('away', async () => {})]
    const errors = await Promise.all(calls.map(thrown))
    expect(performance.now() - start).toBeLessThan(3000)
    expect(errors.map((error) => error?.code)).toEqual([
      'FLYTE_STORE_UNAVAILABLE',
      'FLYTE_STORE_UNAVAILABLE',
      'FLYTE_STORE_LOCK_UNAVAILABLE',
    ])
    for (const error of errors) {
      expect(TokenStoreError.isInstance(error)).toBe(true)
      expect(everythingOf(error)).not.toContain(canary)
    }
    await server.start()
    expect(await store.withLock('away', async () => 'back')).toBe('back')
  })

  it('and does not answer is an error within the timeout, and used again when it does', async () => {
    const [reader, writer, fresh] = [open({ timeout: 300 }), open({ timeout: 300 }), open({ timeout: 300 })]
    await reader.set('hung', tokens)
    await writer.get('hung')
    server.pause()
    const calls = [reader.get('hung'), writer.set('hung', tokens), fresh.get('hung')]
    const codes = await Promise.all(calls.map(async (call) => (await thrown(call))?.code))
    expect(codes).toEqual(['FLYTE_STORE_READ_FAILED', 'FLYTE_STORE_WRITE_FAILED', 'FLYTE_STORE_UNAVAILABLE'])
    server.resume()
    expect(await reader.get('hung')).toEqual(tokens)
  })

  it('and has come back since is found again by who did nothing in between', async () => {
    const store = open()
    await store.set('idle', tokens)
    await server.kill()
    await server.start()
    expect(await store.get('idle')).toEqual(tokens)
  })

  it('is not waited for by who is aborted', async () => {
    const store = open()
    await store.get('abort')
    server.pause()
    const reason = new Error('enough')
    const controller = new AbortController()
    const waiting = thrown(store.withLock('abort', async () => {}, { signal: controller.signal }))
    setImmediate(() => controller.abort(reason))
    expect(await waiting).toBe(reason)
    server.resume()
    const start = performance.now()
    await open().withLock('abort', async () => {})
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

describe('a server that refuses', () => {
  it('the password is an error that does not show it', async () => {
    const wrong = server.url.replace(encodeURIComponent(password), `${canary}-wrong`)
    const error = await thrown(open({ url: wrong }).get('k'))
    expect(error?.code).toBe('FLYTE_STORE_UNAVAILABLE')
    expect(error?.message).toContain('WRONGPASS')
    expect(everythingOf(error)).not.toContain(canary)
  })

  it('a write, since it is full, keeps what is there', async () => {
    const store = open()
    await store.set('full', tokens)
    await inspector.configSet({ maxmemory: '1', 'maxmemory-policy': 'noeviction' })
    const error = await thrown(store.set('full', { ...tokens, accessToken: `${canary}-new` }))
    await inspector.configSet({ maxmemory: '0' })
    expect(error?.code).toBe('FLYTE_STORE_WRITE_FAILED')
    expect(error?.message).toContain('OOM')
    expect(everythingOf(error)).not.toContain(canary)
    expect(await store.get('full')).toEqual(tokens)
  })
})

describe('a process with a redis store', () => {
  it('ends when its work is done, and not before an answer has come', async () => {
    const child = startModule(
      `
      import { redisStore } from '@flyte-js/token-store/redis'
      const store = redisStore({ url: process.argv[1] })
      await store.set('exit', { accessToken: 'a', tokenType: 'bearer' })
      await new Promise((resolve) => setTimeout(resolve, 50))
      await store.withLock('exit', async (locked) => console.log((await locked.get('exit')).accessToken))
      `,
      [server.url],
    )
    expect(await child.line()).toBe('a')
    await child.ended
  })

  it('does not lose one of 100 updates that 100 processes make at once', async () => {
    const source = `
      import { redisStore } from '@flyte-js/token-store/redis'
      const store = redisStore({ url: process.argv[1] })
      process.stdin.once('data', async () => {
        await store.withLock('count', async (locked) => {
          const { accessToken } = await locked.get('count')
          await locked.set('count', { accessToken: String(Number(accessToken) + 1), tokenType: 'bearer' })
        })
        process.stdin.destroy()
      })
      await store.get('count')
      console.log('ready')
    `
    const store = open()
    await store.set('count', { accessToken: '0', tokenType: 'bearer' })
    const children = Array.from({ length: 100 }, () => startModule(source, [server.url]))
    await Promise.all(children.map((child) => child.line()))
    const start = performance.now()
    for (const child of children) child.process.stdin?.write('go\n')
    await Promise.all(children.map((child) => child.ended))
    console.log(`100 processes, one update each: ${((performance.now() - start) / 1000).toFixed(1)} s`)
    expect((await store.get('count'))?.accessToken).toBe('100')
  }, 180_000)
})
