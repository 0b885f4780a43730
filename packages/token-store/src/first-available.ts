import { type EventListener, emit, type FlyteErrorCode, type TokenStore, TokenStoreError } from '@flyte-js/core'

/** What {@link firstAvailable} can be told. */
export interface FirstAvailableOptions {
  /** Hears that a store could not be used, once. */
  onEvent?: EventListener
}

/**
 * Uses the first store that can be used at all, and stays with it: a login must not be looked for in one place and kept in
 * another.
 *
 * Only `FLYTE_STORE_UNAVAILABLE` leads on to the next one, e.g. a keyring that is missing or locked; any other error is one of
 * the store that was chosen. The choice is made at the first use, by reading.
 *
 * @param stores - in the order in which they are tried
 * @returns a store whose calls throw `FLYTE_STORE_UNAVAILABLE` while none of them can be used
 * @throws TokenStoreError `FLYTE_INVALID_ARGUMENT` without a store
 *
 * @example
 * ```ts
 * import { firstAvailable } from '@flyte-js/token-store'
 * import { fileStore } from '@flyte-js/token-store/file'
 * import { keyringStore } from '@flyte-js/token-store/keyring'
 *
 * const store = firstAvailable([keyringStore({ endpoint: 'https://flyte.example.com' }), fileStore()])
 * ```
 */
export function firstAvailable(stores: readonly TokenStore[], { onEvent }: FirstAvailableOptions = {}): TokenStore {
  if (stores.length === 0)
    throw new TokenStoreError('FLYTE_INVALID_ARGUMENT', 'firstAvailable was given no store', { store: 'none' })
  let chosen: Promise<TokenStore> | undefined

  async function choose(key: string): Promise<TokenStore> {
    const refused: { name: string; code: FlyteErrorCode }[] = []
    let failure: unknown
    for (const store of stores) {
      const name = store.name ?? 'custom'
      try {
        await store.get(key)
      } catch (error) {
        if (TokenStoreError.isInstance(error) && error.code === 'FLYTE_STORE_UNAVAILABLE') {
          refused.push({ name, code: error.code })
          failure = error
          continue
        }
      }
      for (const { name: from, code } of refused) emit(onEvent, { type: 'store.fallback', from, to: name, code })
      return store
    }
    throw failure
  }

  /** The store of choice; where there was none, the next call looks again. */
  function use(key: string): Promise<TokenStore> {
    chosen ??= choose(key).catch((error: unknown) => {
      chosen = undefined
      throw error
    })
    return chosen
  }

  return {
    name: 'first-available',
    get: async (key) => (await use(key)).get(key),
    set: async (key, tokenSet, options) => (await use(key)).set(key, tokenSet, options),
    delete: async (key) => (await use(key)).delete(key),
    withLock: async (key, critical, options) => (await use(key)).withLock(key, critical, options),
    subscribe(key, listener) {
      let isWanted = true
      let end: (() => void) | undefined
      use(key).then(
        (store) => {
          if (isWanted) end = store.subscribe?.(key, listener)
        },
        () => {},
      )
      return () => {
        isWanted = false
        end?.()
      }
    },
  }
}
