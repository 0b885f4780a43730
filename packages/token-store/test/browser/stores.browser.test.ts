import { tokenStoreContract } from '@flyte-js/testing/token-store-contract'
import { describe, it } from 'vitest'
import { indexedDbStore } from '../../src/browser/indexed-db.js'
import { webStorageStore } from '../../src/browser/web-storage.js'

const withoutLocks = [
  { where: 'with Web Locks', options: {} },
  { where: 'without Web Locks', options: { locks: null } },
] as const

for (const { where, options } of withoutLocks) {
  describe(`session storage ${where}`, () => {
    const open = () => webStorageStore({ prefix: `contract-${where}:`, ...options })
    for (const { name, run } of tokenStoreContract({ open })) it(name, run)
  })

  describe(`local storage ${where}`, () => {
    const open = () => webStorageStore({ area: 'local', prefix: `contract-${where}:`, ...options })
    for (const { name, run } of tokenStoreContract({ open })) it(name, run)
  })

  describe(`IndexedDB ${where}`, () => {
    const open = () => indexedDbStore({ databaseName: `contract-${where}`, ...options })
    for (const { name, run } of tokenStoreContract({ open })) it(name, run)
  })
}
