// What every token store must do, as cases that any test runner can run, in Node and in browsers.
import type { TokenSet, TokenStore } from '@flyte-js/core'

/** The store under test. */
export interface TokenStoreHarness {
  /**
   * Opens the store; each call another handle on the same place, as another process, tab or host would have. Where there is
   * no other way in, as for memory, the same one again.
   */
  open(): TokenStore | Promise<TokenStore>
  /** The store keeps one login only, as flytekit's keyring entries do: cases about several keys do not apply. */
  singleKey?: boolean
}

/** One thing that a token store must do. */
export interface TokenStoreCase {
  /** A sentence whose subject is the store. */
  readonly name: string
  /** Rejects with what is wrong. Cases use keys of their own, so they can run one after another on one store. */
  run(harness: TokenStoreHarness): Promise<void>
}

/**
 * The contract of a token store: run every case against each store of yours, on its real backend.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { tokenStoreContract } from '@flyte-js/testing/token-store-contract'
 * import { memoryStore } from '@flyte-js/token-store'
 *
 * const store = memoryStore()
 * for (const { name, run } of tokenStoreContract({ open: () => store })) test(name, run)
 * ```
 *
 * @returns the cases that apply
 */
export function tokenStoreContract(harness: TokenStoreHarness): { name: string; run(): Promise<void> }[] {
  return cases
    .filter(({ manyKeys }) => !(manyKeys && harness.singleKey))
    .map(({ name, run }) => ({
      name,
      run: async () => {
        counter += 1
        const key = harness.singleKey ? 'the-one-key' : `case-${counter}-${crypto.randomUUID().slice(0, 8)}`
        if (harness.singleKey) await (await harness.open()).delete(key)
        await run({ key, open: async () => harness.open() })
      },
    }))
}

let counter = 0

interface Case {
  name: string
  manyKeys?: boolean
  run(given: { key: string; open(): Promise<TokenStore> }): Promise<void>
}

const whole: TokenSet = {
  accessToken: 'access-✓-"quoted"',
  tokenType: 'bearer',
  expiresAt: 1_800_000_000_000,
  refreshToken: 'refresh\\line\nbreak',
  idToken: 'id.token.signature',
  scope: 'all offline',
  issuer: 'https://flyte.example.com/',
}
const minimal: TokenSet = { accessToken: 'a', tokenType: 'bearer' }
const numbered = (number: number): TokenSet => ({ accessToken: `token-${number}`, tokenType: 'bearer' })

const hostileKeys = [
  '',
  '.',
  '..',
  '../outside',
  'a/b',
  'a\\b',
  'a:b',
  'a\u0000b',
  'ключ-鍵-🔑',
  'e\u0301',
  '\u00e9',
  'case',
  'CASE',
  'CON',
  '__proto__',
  'constructor',
  ' ',
  '%2e%2e',
  'x'.repeat(1000),
  `${'x'.repeat(1000)}y`,
]

const cases: readonly Case[] = [
  {
    name: 'has nothing at first',
    async run({ key, open }) {
      equal(await (await open()).get(key), undefined)
    },
  },
  {
    name: 'gives back what was set, to every handle, field by field',
    async run({ key, open }) {
      const [one, other] = [await open(), await open()]
      await one.set(key, whole)
      equal(await one.get(key), whole)
      equal(await other.get(key), whole)
    },
  },
  {
    name: 'leaves nothing of what was there before',
    async run({ key, open }) {
      const store = await open()
      await store.set(key, whole)
      await store.set(key, minimal)
      equal(await (await open()).get(key), minimal)
    },
  },
  {
    name: 'keeps a copy: what a caller does to its object later is its own affair',
    async run({ key, open }) {
      const store = await open()
      const given = { ...minimal }
      await store.set(key, given)
      given.accessToken = 'changed'
      const got = await store.get(key)
      equal(got, minimal)
      if (got !== undefined) got.accessToken = 'changed'
      equal(await store.get(key), minimal)
    },
  },
  {
    name: 'deletes, also what is not there',
    async run({ key, open }) {
      const store = await open()
      await store.delete(key)
      await store.set(key, whole)
      await store.delete(key)
      equal(await (await open()).get(key), undefined)
      await store.delete(key)
    },
  },
  {
    name: 'keeps keys apart, whatever is in them',
    manyKeys: true,
    async run({ key, open }) {
      const store = await open()
      const keys = hostileKeys.map((each) => key + each).concat(hostileKeys)
      for (const [index, each] of keys.entries()) await store.set(each, numbered(index))
      const other = await open()
      for (const [index, each] of keys.entries()) equal(await other.get(each), numbered(index), JSON.stringify(each))
      for (const each of keys) await store.delete(each)
      for (const each of keys) equal(await other.get(each), undefined, JSON.stringify(each))
    },
  },
  {
    name: 'keeps a token of 1 MiB whole, or refuses it with a TokenStoreError and still has what was there',
    async run({ key, open }) {
      const store = await open()
      await store.set(key, minimal)
      const huge = { ...minimal, accessToken: 'x'.repeat(1024 * 1024) }
      const error = await thrown(() => store.set(key, huge))
      if (error === undefined) equal((await store.get(key))?.accessToken.length, huge.accessToken.length)
      else {
        equal((error as Error).name, 'TokenStoreError')
        equal((error as { code?: string }).code, 'FLYTE_STORE_WRITE_FAILED')
        equal(await store.get(key), minimal)
      }
      await store.delete(key)
    },
  },
  {
    name: 'hands on what runs under the lock: its result, and its error, after which the lock is free',
    async run({ key, open }) {
      const store = await open()
      equal(await store.withLock(key, async () => 42), 42)
      const failure = new Error('inside')
      equal(
        await thrown(() =>
          store.withLock(key, async () => {
            throw failure
          }),
        ),
        failure,
      )
      equal(await (await open()).withLock(key, async () => 'free'), 'free')
    },
  },
  {
    name: 'lets one in at a time, over all handles, and everybody in the end',
    async run({ key, open }) {
      const stores = [await open(), await open(), await open()]
      let inside = 0
      let entered = 0
      await Promise.all(
        Array.from({ length: 15 }, (_, index) =>
          (stores[index % 3] as TokenStore).withLock(key, async () => {
            inside += 1
            equal(inside, 1)
            entered += 1
            for (let turns = 0; turns < 5; turns += 1) await Promise.resolve()
            await new Promise((resolve) => setTimeout(resolve))
            inside -= 1
          }),
        ),
      )
      equal(entered, 15)
    },
  },
  {
    name: 'loses no update that was made under the lock',
    async run({ key, open }) {
      const stores = [await open(), await open()]
      await (stores[0] as TokenStore).set(key, numbered(0))
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (stores[index % 2] as TokenStore).withLock(key, async (locked) => {
            const { accessToken = '' } = (await locked.get(key)) ?? {}
            await locked.set(key, numbered(Number(accessToken.split('-')[1]) + 1))
          }),
        ),
      )
      equal(await (await open()).get(key), numbered(20))
    },
  },
  {
    name: 'shows what was written under the lock at once, to all, and deletes under it',
    async run({ key, open }) {
      const [store, other] = [await open(), await open()]
      await store.withLock(key, async (locked) => {
        await locked.set(key, whole)
        equal(await locked.get(key), whole)
        equal(await other.get(key), whole)
        await locked.delete(key)
        equal(await other.get(key), undefined)
        await locked.set(key, minimal)
      })
      equal(await other.get(key), minimal)
    },
  },
  {
    name: 'can be read while somebody holds the lock',
    async run({ key, open }) {
      const [store, other] = [await open(), await open()]
      await store.set(key, whole)
      await store.withLock(key, async () => equal(await other.get(key), whole))
    },
  },
  {
    name: 'locks each key for itself',
    manyKeys: true,
    async run({ key, open }) {
      const store = await open()
      equal(await store.withLock(key, () => store.withLock(`${key}-2`, async () => 'both')), 'both')
    },
  },
  {
    name: 'lets nobody write with a lock that has ended',
    async run({ key, open }) {
      const store = await open()
      const kept = await store.withLock(key, async (locked) => {
        await locked.set(key, minimal)
        return locked
      })
      const error = await thrown(() => kept.set(key, whole))
      equal((error as { code?: string } | undefined)?.code, 'FLYTE_STORE_LOCK_LOST')
      equal(((await thrown(() => kept.delete(key))) as { code?: string } | undefined)?.code, 'FLYTE_STORE_LOCK_LOST')
      equal(await store.get(key), minimal)
    },
  },
  {
    name: 'lets a waiter go when it is aborted, and the others go on',
    async run({ key, open }) {
      const [store, other] = [await open(), await open()]
      const controller = new AbortController()
      const reason = new Error('enough')
      let ran = false
      const inside = gate()
      const leave = gate()
      const holding = store.withLock(key, async () => {
        inside.open()
        await leave.passed
      })
      await inside.passed
      const mark = async () => {
        ran = true
      }
      const waiting = [store, other].map((each) =>
        thrown(() => each.withLock(key, mark, { signal: controller.signal })),
      )
      const staying = other.withLock(key, async () => 'stayed')
      controller.abort(reason)
      for (const each of waiting) equal(await each, reason)
      leave.open()
      await holding
      equal(await staying, 'stayed')
      equal(await thrown(() => store.withLock(key, mark, { signal: AbortSignal.abort(reason) })), reason)
      equal(ran, false)
      equal(await store.withLock(key, async () => 'free'), 'free')
    },
  },
  {
    name: 'lets what runs under the lock come to its end, though its caller has lost interest',
    async run({ key, open }) {
      const store = await open()
      const controller = new AbortController()
      const inside = gate()
      const leave = gate()
      const holding = store.withLock(
        key,
        async (locked) => {
          inside.open()
          await leave.passed
          await locked.set(key, minimal)
          return 'ended'
        },
        { signal: controller.signal },
      )
      await inside.passed
      controller.abort(new Error('enough'))
      leave.open()
      equal(await holding, 'ended')
      equal(await store.get(key), minimal)
    },
  },
]

/** A promise and the way to resolve it. */
function gate(): { passed: Promise<void>; open(): void } {
  let open = () => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open }
}

async function thrown(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return error
  }
  return undefined
}

/** Values, and plain objects field by field: no test runner is needed. */
function equal(actual: unknown, expected: unknown, about = 'it'): void {
  const isSame = Object.is(actual, expected) || show(actual) === show(expected)
  if (!isSame) throw new Error(`${about} should be ${show(expected)}, but is ${show(actual)}`)
}

function show(value: unknown): string {
  if (typeof value !== 'object' || value === null || value instanceof Error) return String(value)
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
