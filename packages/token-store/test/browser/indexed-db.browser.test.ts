import type { FlyteEvent } from '@flyte-js/core'
import { afterEach, expect, it, vi } from 'vitest'
import { type IndexedDbStoreOptions, indexedDbStore } from '../../src/browser/indexed-db.js'

const key = 'login'
const tokenSet = (accessToken: string) => ({ accessToken, tokenType: 'bearer', refreshToken: 'canary-refresh' })
const events: FlyteEvent[] = []
let databaseName = ''
let count = 0

const open = (options: IndexedDbStoreOptions = {}) =>
  indexedDbStore({ databaseName, onEvent: (event) => events.push(event), ...options })

afterEach(() => {
  vi.restoreAllMocks()
  events.length = 0
})

function test(name: string, run: () => Promise<void>): void {
  it(name, async () => {
    count += 1
    databaseName = `test-${count}`
    await deleted(databaseName)
    await run()
  })
}

const done = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
const deleted = (name: string) => done(indexedDB.deleteDatabase(name))

/** Looks at the database, or changes it, past the store. */
async function behind<T>(work: (from: (name: string) => IDBObjectStore) => Promise<T>): Promise<T> {
  const database = await done(indexedDB.open(databaseName))
  const transaction = database.transaction([...database.objectStoreNames], 'readwrite')
  try {
    return await work((name) => transaction.objectStore(name))
  } finally {
    database.close()
  }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error) => error.code,
  )

test('what is stored cannot be read, and its key cannot be taken out', async () => {
  await open().set(key, tokenSet('canary-access'))
  const [sealed, { key: sealing }] = await behind((from) =>
    Promise.all([done(from('logins').get(key)), done(from('keys').get('key'))]),
  )
  expect(new TextDecoder().decode(sealed.data)).not.toContain('canary')
  expect(sealing.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('raw', sealing)).rejects.toThrow()
})

test('the same login is never encrypted the same way', async () => {
  const bytes = async () => String(new Uint8Array((await behind((from) => done(from('logins').get(key)))).data))
  await open().set(key, tokenSet('a'))
  const first = await bytes()
  await open().set(key, tokenSet('a'))
  expect(await bytes()).not.toBe(first)
})

test('of many that find no key one makes it', async () => {
  const encrypt = vi.spyOn(crypto.subtle, 'encrypt')
  await Promise.all(Array.from({ length: 20 }, (_, index) => open().set(`${key}-${index}`, tokenSet(`${index}`))))
  for (let index = 0; index < 20; index += 1) expect(await open().get(`${key}-${index}`)).toEqual(tokenSet(`${index}`))
  expect(events).toEqual([])
  // Nobody has encrypted with a key that another one's has replaced.
  expect(encrypt).toHaveBeenCalledTimes(20)
})

const damages: [string, (from: (name: string) => IDBObjectStore) => Promise<unknown>][] = [
  ['the key was lost', (from) => done(from('keys').clear())],
  [
    'the key is another one',
    async (from) => {
      const { key: sealing } = (await done(from('keys').get('other'))) ?? {}
      return done(from('keys').put({ id: 'other', key: sealing }, 'key'))
    },
  ],
  [
    'it is the login of another key',
    async (from) => done(from('logins').put(await done(from('logins').get('b')), key)),
  ],
  ['it is no login', (from) => done(from('logins').put('garbage', key))],
]
for (const [name, damage] of damages) {
  test(`what does not open, because ${name}, counts as none`, async () => {
    const store = open()
    await store.set(key, tokenSet('a'))
    await store.set('b', tokenSet('b'))
    const other = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    await behind((from) => done(from('keys').put({ id: 'other', key: other }, 'other')))
    await behind(damage)
    expect(await store.get(key)).toBeUndefined()
    expect(await store.get(key)).toBeUndefined()
    expect(events).toEqual([{ type: 'store.corrupt', store: 'indexed-db' }])
    await store.set(key, tokenSet('new'))
    expect(await open().get(key)).toEqual(tokenSet('new'))
  })
}

test('a database that somebody deletes is let go, and made anew', async () => {
  const store = open()
  await store.set(key, tokenSet('a'))
  await deleted(databaseName)
  expect(await store.get(key)).toBeUndefined()
  await store.set(key, tokenSet('b'))
  await store.withLock(key, async (locked) => {
    await deleted(databaseName)
    await locked.set(key, tokenSet('c'))
  })
  expect(await open().get(key)).toEqual(tokenSet('c'))
})

test('nothing is encrypted for a database that is deleted meanwhile', async () => {
  const store = open()
  await store.set(key, tokenSet('a'))
  const encrypt = crypto.subtle.encrypt.bind(crypto.subtle)
  vi.spyOn(crypto.subtle, 'encrypt').mockImplementationOnce(async (...given) => {
    await deleted(databaseName)
    await open().set('other', tokenSet('other'))
    return encrypt(...given)
  })
  await store.set(key, tokenSet('b'))
  expect(await open().get(key)).toEqual(tokenSet('b'))
  expect(events).toEqual([])
})

test('a connection that the browser has closed is opened again', async () => {
  const store = open()
  await store.set(key, tokenSet('a'))
  const transaction = IDBDatabase.prototype.transaction
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(function (this: IDBDatabase, ...given) {
    this.close()
    return transaction.apply(this, given)
  })
  expect(await store.get(key)).toEqual(tokenSet('a'))
})

test('a database that does not open is a typed error, and used again when it does', async () => {
  await open().set(key, tokenSet('a'))
  const store = open({ openTimeout: 200 })
  const inTheWay = await done(indexedDB.open(databaseName))
  const isDeleted = deleted(databaseName)
  await expect(store.get(key)).rejects.toThrow('another tab keeps it from being deleted')
  inTheWay.close()
  await isDeleted
  await store.set(key, tokenSet('b'))
  expect(await store.get(key)).toEqual(tokenSet('b'))
})

test('a database of a newer version is a typed error', async () => {
  const newer = await done(indexedDB.open(databaseName, 7))
  newer.close()
  expect(await codeOf(open().get(key))).toBe('FLYTE_STORE_UNAVAILABLE')
})

const failures = [
  ['QuotaExceededError', 'FLYTE_STORE_WRITE_FAILED'],
  ['UnknownError', 'FLYTE_STORE_WRITE_FAILED'],
  ['DataCloneError', 'FLYTE_STORE_UNAVAILABLE'],
] as const
for (const [name, code] of failures) {
  test(`a write that ends in a ${name} leaves what was there`, async () => {
    const store = open()
    await store.set(key, tokenSet('old'))
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('No', name)
    })
    expect(await codeOf(store.set(key, tokenSet('new')))).toBe(code)
    put.mockRestore()
    expect(await store.get(key)).toEqual(tokenSet('old'))
  })
}

for (const locks of [undefined, null]) {
  test(`a holder whose lock another has taken does not write (${locks === null ? 'no ' : ''}Web Locks)`, async () => {
    const store = open(locks === null ? { locks } : {})
    await store.set(key, tokenSet('old'))
    const code = await codeOf(
      store.withLock(key, async (locked) => {
        await behind((from) => done(from('locks').put('another', key)))
        await locked.set(key, tokenSet('late'))
      }),
    )
    expect(code).toBe('FLYTE_STORE_LOCK_LOST')
    expect(await store.get(key)).toEqual(tokenSet('old'))
    expect(await behind((from) => done(from('locks').get(key)))).toBe('another')
  })
}

test('a lock of which nothing is known but its record is taken over', async () => {
  await open().set(key, tokenSet('old'))
  await behind((from) => done(from('locks').put('of a tab that was closed', key)))
  expect(await open({ locks: null, interval: 20 }).withLock(key, async () => 'taken')).toBe('taken')
  expect(events).toEqual([{ type: 'store.lock-taken-over', store: 'indexed-db' }])
})

test('others hear that something has changed, and no token; who has changed it does not', async () => {
  const [store, other] = [open(), open()]
  const heard: string[] = []
  const ends = [store, other].map((each, index) => each.subscribe?.(key, () => heard.push(String(index))))
  const posted: unknown[] = []
  const channel = new BroadcastChannel(`flyte-js:indexed-db:${databaseName}`)
  channel.onmessage = ({ data }) => posted.push(data)
  await store.set(key, tokenSet('a'))
  await store.set('other', tokenSet('a'))
  await store.withLock(key, (locked) => locked.delete(key))
  await expect.poll(() => heard).toEqual(['1', '1'])
  for (const end of ends) end?.()
  await store.set(key, tokenSet('b'))
  await expect.poll(() => posted.length).toBe(4)
  expect(JSON.stringify(posted)).not.toContain('canary')
  expect(heard).toEqual(['1', '1'])
  channel.close()
})
