// What runs in each tab of tabs.system.test.ts.
import type { FlyteEvent, TokenSet, TokenStore } from '@flyte-js/core'
import { indexedDbStore } from '../src/browser/indexed-db.js'
import { webStorageStore } from '../src/browser/web-storage.js'

const key = 'login'
/** What the stores have said. */
export const events: FlyteEvent[] = []
const onEvent = (event: FlyteEvent) => {
  events.push(event)
}

const stores = {
  indexedDb: indexedDbStore({ onEvent }),
  indexedDbWithoutWebLocks: indexedDbStore({ onEvent, locks: null, databaseName: 'without' }),
  local: webStorageStore({ onEvent, area: 'local' }),
  localWithoutWebLocks: webStorageStore({ onEvent, area: 'local', prefix: 'without:', locks: null }),
  session: webStorageStore({ onEvent }),
} satisfies Record<string, TokenStore>

export type StoreName = keyof typeof stores

const tokenSet = (accessToken: string): TokenSet => ({ accessToken, tokenType: 'bearer' })

export const read = async (name: StoreName) => (await stores[name].get(key))?.accessToken
export const write = (name: StoreName, accessToken: string) => stores[name].set(key, tokenSet(accessToken))
export const remove = (name: StoreName) => stores[name].delete(key)

/** Adds one to the number that is stored, under the lock, so many times. */
export async function increment(name: StoreName, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await stores[name].withLock(key, async (locked) => {
      const number = Number((await locked.get(key))?.accessToken ?? 0)
      await new Promise((resolve) => setTimeout(resolve, 2))
      await locked.set(key, tokenSet(String(number + 1)))
    })
  }
}

let leave: () => void = () => {}
let held: Promise<string> | undefined

/** Takes the lock, and keeps it until `letGo`. */
export function hold(name: StoreName, accessToken: string): Promise<void> {
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  return new Promise((resolve) => {
    held = stores[name]
      .withLock(key, async (locked) => {
        resolve()
        await left
        await locked.set(key, tokenSet(accessToken))
        return 'written'
      })
      .catch((error) => error.code ?? String(error))
  })
}

/** Ends `hold` with a write; says whether that was let through. */
export function letGo(): Promise<string> | undefined {
  leave()
  return held
}

let changes = 0
export const subscribe = (name: StoreName) => {
  stores[name].subscribe?.(key, () => {
    changes += 1
  })
}
export const countChanges = () => changes

/** The code of the error with which reading fails. */
export const failure = (name: StoreName) =>
  read(name).then(
    () => 'none',
    (error) => error.code as string,
  )
