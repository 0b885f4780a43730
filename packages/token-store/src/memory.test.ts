import { tokenStoreContract } from '@flyte-js/testing/token-store-contract'
import { describe, it } from 'vitest'
import { memoryStore } from './memory.js'

describe('the memory store', () => {
  const store = memoryStore()
  for (const { name, run } of tokenStoreContract({ open: () => store })) it(name, run)
})
