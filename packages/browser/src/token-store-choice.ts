import { defined, type TokenStore } from '@flyte-js/core'
import type { PkceClientOptions } from './flyte-client-options.js'

/** The store that a page has chosen, which alone is loaded; none where the tokens live in memory, as they do in any case. */
export async function tokenStoreFor({
  storage = 'session',
  onEvent,
}: PkceClientOptions): Promise<TokenStore | undefined> {
  if (typeof storage === 'object') return storage
  const options = defined({ onEvent })
  switch (storage) {
    case 'memory':
      return undefined
    case 'indexed-db':
      return (await import('@flyte-js/token-store/indexed-db')).indexedDbStore(options)
    default:
      return (await import('@flyte-js/token-store/web-storage')).webStorageStore({ area: storage, ...options })
  }
}
