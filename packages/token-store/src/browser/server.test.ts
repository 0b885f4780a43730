import type { EventListener, TokenStore } from '@flyte-js/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { indexedDbStore } from './indexed-db.js'
import { webStorageStore } from './web-storage.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

const stores: [string, (onEvent: EventListener) => TokenStore, RegExp][] = [
  ['session storage', (onEvent) => webStorageStore({ onEvent }), /^sessionStorage cannot be used\. This is not a page/],
  [
    'local storage',
    (onEvent) => webStorageStore({ area: 'local', onEvent }),
    /^localStorage cannot be used\. This is not a page/,
  ],
  ['IndexedDB', (onEvent) => indexedDbStore({ onEvent }), /There is no IndexedDB here/],
]

describe.each(stores)('%s on a server', (_, create, message) => {
  it('can be made, subscribed to and let go; each use says what is missing, and nothing else', async () => {
    const onEvent = vi.fn()
    // What newer versions of Node have would be shared by all users of a server.
    vi.stubGlobal('localStorage', { getItem: () => '{}', setItem: () => {} })
    const channel = vi.fn()
    vi.stubGlobal('BroadcastChannel', channel)
    const store = create(onEvent)
    const unsubscribe = store.subscribe?.('key', () => {})
    expect(channel).not.toHaveBeenCalled()
    unsubscribe?.()
    const uses = [
      () => store.get('key'),
      () => store.set('key', { accessToken: 'a', tokenType: 'bearer' }),
      () => store.delete('key'),
      () => store.withLock('key', async () => undefined),
    ]
    for (const use of uses) {
      const error = await use().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'TokenStoreError', code: 'FLYTE_STORE_UNAVAILABLE' })
      expect((error as Error).message).toMatch(message)
    }
    expect(onEvent).not.toHaveBeenCalled()
    // An open channel keeps a process from its end.
    expect(channel).not.toHaveBeenCalled()
  })
})

it('a page that is no secure context is told so', async () => {
  vi.stubGlobal('indexedDB', {})
  vi.stubGlobal('crypto', {})
  await expect(indexedDbStore().get('key')).rejects.toThrow('The page is no secure context')
})
