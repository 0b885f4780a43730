import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryAdapter } from './memory-adapter.js'

afterEach(() => {
  vi.useRealTimers()
})

test('what has expired is gone, but a device code stays, so that it can be told from an unknown one', async () => {
  vi.useFakeTimers()
  const adapter = createMemoryAdapter()
  await adapter('AccessToken').upsert('a', { kind: 'AccessToken' }, 1)
  await adapter('DeviceCode').upsert('d', { kind: 'DeviceCode', userCode: 'WXYZ' }, 1)
  expect(await adapter('AccessToken').find('a')).toEqual({ kind: 'AccessToken' })
  vi.advanceTimersByTime(1000)
  expect(await adapter('AccessToken').find('a')).toBeUndefined()
  expect(await adapter('DeviceCode').find('d')).toMatchObject({ kind: 'DeviceCode' })
  expect(await adapter('DeviceCode').findByUserCode('WXYZ')).toMatchObject({ kind: 'DeviceCode' })
})
