import { type FlyteEvent, type TokenStore, TokenStoreError } from '@flyte-js/core'
import { tokenStoreContract } from '@flyte-js/testing/token-store-contract'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { firstAvailable } from './first-available.js'
import { memoryStore } from './memory.js'

const tokenSet = { accessToken: 'a', tokenType: 'bearer' }
let events: FlyteEvent[]
beforeEach(() => {
  events = []
})
const onEvent = (event: FlyteEvent) => void events.push(event)

const failing = (code: ConstructorParameters<typeof TokenStoreError>[0]) => {
  const get = vi.fn(async () => {
    throw new TokenStoreError(code, 'no keyring runs', { store: 'keyring' })
  })
  return { ...memoryStore(), name: 'keyring', get } satisfies TokenStore
}

describe('the first store that can be used', () => {
  const store = firstAvailable([memoryStore()])
  for (const { name, run } of tokenStoreContract({ open: () => store })) it(name, run)
})

describe('where the first store cannot be used', () => {
  it('the next one is, which is said once, and stayed with', async () => {
    const keyring = failing('FLYTE_STORE_UNAVAILABLE')
    const memory = memoryStore()
    const store = firstAvailable([keyring, memory], { onEvent })
    await Promise.all([store.set('k', tokenSet), store.get('k'), store.withLock('k', async () => {})])
    expect(await store.get('other')).toBeUndefined()
    expect(await memory.get('k')).toEqual(tokenSet)
    expect(keyring.get).toHaveBeenCalledTimes(1)
    expect(events).toEqual([{ type: 'store.fallback', from: 'keyring', to: 'memory', code: 'FLYTE_STORE_UNAVAILABLE' }])
  })

  it('a store that works first and fails later is not left', async () => {
    const keyring: TokenStore = { ...memoryStore(), name: 'keyring' }
    const store = firstAvailable([keyring, memoryStore()], { onEvent })
    await store.set('k', tokenSet)
    keyring.get = failing('FLYTE_STORE_UNAVAILABLE').get
    await expect(store.get('k')).rejects.toMatchObject({ code: 'FLYTE_STORE_UNAVAILABLE' })
    expect(events).toEqual([])
  })

  it('what is stored with an end keeps it there', async () => {
    const set = vi.fn(async () => {})
    const store = firstAvailable([{ ...memoryStore(), set }])
    await store.set('k', tokenSet, { forgetAt: 7 })
    expect(set).toHaveBeenCalledWith('k', tokenSet, { forgetAt: 7 })
  })

  it('any other error is one of the store of choice', async () => {
    const store = firstAvailable([failing('FLYTE_STORE_READ_FAILED'), memoryStore()], { onEvent })
    await expect(store.get('k')).rejects.toMatchObject({ code: 'FLYTE_STORE_READ_FAILED' })
    await store.set('k', tokenSet)
    expect(events).toEqual([])
  })

  it('and the last one cannot either, the error is its own, and the next call looks again', async () => {
    const [one, other] = [failing('FLYTE_STORE_UNAVAILABLE'), failing('FLYTE_STORE_UNAVAILABLE')]
    const store = firstAvailable([one, other], { onEvent })
    await expect(store.get('k')).rejects.toMatchObject({ code: 'FLYTE_STORE_UNAVAILABLE' })
    await expect(store.set('k', tokenSet)).rejects.toMatchObject({ store: 'keyring' })
    expect(one.get).toHaveBeenCalledTimes(2)
    expect(events).toEqual([])
  })

  it('without any store there is nothing to choose', () => {
    expect(() => firstAvailable([])).toThrow(expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }))
  })
})

describe('a subscription', () => {
  const watched = () => {
    const listeners = new Set<() => void>()
    const store: TokenStore = {
      ...memoryStore(),
      subscribe(_, listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    return { store, listeners }
  }

  it('is one to the store of choice', async () => {
    const { store, listeners } = watched()
    const chosen = firstAvailable([failing('FLYTE_STORE_UNAVAILABLE'), store])
    const listener = vi.fn()
    const end = chosen.subscribe?.('k', listener)
    await chosen.get('k')
    for (const each of listeners) each()
    expect(listener).toHaveBeenCalledTimes(1)
    end?.()
    expect(listeners.size).toBe(0)
  })

  it('that ends before there is a choice never begins', async () => {
    const { store, listeners } = watched()
    const chosen = firstAvailable([store])
    chosen.subscribe?.('k', () => {})()
    await chosen.get('k')
    expect(listeners.size).toBe(0)
  })
})
