import type { FlyteEvent } from '@flyte-js/core'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { webStorageStore } from '../../src/browser/web-storage.js'

const key = 'login'
const tokenSet = (accessToken: string) => ({ accessToken, tokenType: 'bearer' })
const events: FlyteEvent[] = []
const onEvent = (event: FlyteEvent) => {
  events.push(event)
}

beforeEach(() => {
  events.length = 0
  localStorage.clear()
  sessionStorage.clear()
})

/** Another page of the origin, as another tab is one. */
function openFrame(): Window {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  return frame.contentWindow as Window
}

describe.each(['session', 'local'] as const)('%s storage', (area) => {
  const storage = area === 'session' ? sessionStorage : localStorage
  const open = () => webStorageStore({ area, onEvent, prefix: 'test:' })

  it('is where it says, and nowhere else', async () => {
    await open().set(key, tokenSet('a'))
    expect(storage.getItem('test:login:login')).toContain('"accessToken":"a"')
    const other = area === 'session' ? localStorage : sessionStorage
    expect(JSON.stringify(other)).not.toContain('accessToken')
  })

  it('that is full does not take a login, and keeps the old one', async () => {
    const store = open()
    await store.set(key, tokenSet('old'))
    const error = await store.set(key, tokenSet('secret'.repeat(4_000_000))).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'FLYTE_STORE_WRITE_FAILED', store: 'web-storage' })
    expect(error.message).not.toContain('secret')
    expect(await store.get(key)).toEqual(tokenSet('old'))
  })

  it.each(['', 'garbage', '{"lineage":"a"', '{"lineage":"a","version":1,"tokenSet":{"accessToken":7}}', 'null'])(
    'sets garbage aside, one at a time: %s',
    async (garbage) => {
      const store = open()
      storage.setItem('test:corrupt', 'older garbage')
      storage.setItem('test:login:login', garbage)
      expect(await store.get(key)).toBeUndefined()
      expect(await store.get(key)).toBeUndefined()
      expect(events).toEqual([{ type: 'store.corrupt', store: 'web-storage', location: 'test:corrupt' }])
      expect(storage.getItem('test:corrupt')).toBe(garbage)
      await store.set(key, tokenSet('new'))
      expect(await store.get(key)).toEqual(tokenSet('new'))
    },
  )

  it('says that another page has changed something, or cleared everything, until nobody listens', async () => {
    const store = open()
    const other = openFrame()[`${area}Storage`]
    const heard = vi.fn()
    const unsubscribe = store.subscribe?.(key, heard)
    await store.set(key, tokenSet('own'))
    other.setItem('test:login:other', 'x')
    other.setItem('test:login:login', 'x')
    await expect.poll(() => heard.mock.calls.length).toBe(1)
    other.clear()
    await expect.poll(() => heard.mock.calls.length).toBe(2)
    unsubscribe?.()
    const end = new Promise((resolve) => window.addEventListener('storage', resolve, { once: true }))
    other.setItem('test:login:login', 'y')
    await end
    expect(heard).toHaveBeenCalledTimes(2)
  })

  it('that was cleared while the lock was held is written all the same', async () => {
    const store = open()
    await store.withLock(key, async (locked) => {
      storage.clear()
      await locked.set(key, tokenSet('new'))
    })
    expect(await store.get(key)).toEqual(tokenSet('new'))
  })

  it('is not written by a holder whose lock was stolen', async () => {
    const store = open()
    await store.set(key, tokenSet('old'))
    const error = await store
      .withLock(key, async (locked) => {
        const { held = [] } = await navigator.locks.query()
        const name = held.find((lock) => lock.name?.startsWith(`flyte-js:${area}:test:`))?.name as string
        const stolen = navigator.locks.request(name, { steal: true }, async () => {})
        await locked.set(key, tokenSet('late')).finally(() => stolen)
      })
      .catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'FLYTE_STORE_LOCK_LOST' })
    expect(await store.get(key)).toEqual(tokenSet('old'))
  })

  it('says once that there are no Web Locks', async () => {
    const store = webStorageStore({ area, onEvent, locks: null })
    for (let time = 0; time < 2; time += 1) await store.withLock(key, async () => {})
    expect(events).toEqual([{ type: 'store.unlocked', code: 'FLYTE_STORE_LOCK_UNAVAILABLE' }])
  })

  it('is a typed error where the browser denies it', async () => {
    const denied = vi.spyOn(window, `${area}Storage`, 'get').mockImplementation(() => {
      throw new DOMException('Denied', 'SecurityError')
    })
    const error = await open()
      .get(key)
      .catch((thrown) => thrown)
    denied.mockRestore()
    expect(error).toMatchObject({ code: 'FLYTE_STORE_UNAVAILABLE' })
    expect(error.message).toContain('The browser blocks it')
  })
})

it('a lock that cannot be had is a typed error', async () => {
  const locks = { request: () => Promise.reject(new DOMException('Denied', 'SecurityError')) } as unknown as LockManager
  const error = await webStorageStore({ locks })
    .withLock(key, async () => {})
    .catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'FLYTE_STORE_LOCK_UNAVAILABLE' })
})
