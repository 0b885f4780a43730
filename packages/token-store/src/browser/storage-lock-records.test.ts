import { describe, expect, it } from 'vitest'
import { storageLockRecords } from './storage-lock-records.js'

const lockName = 'flyte-js:local:key'

/** Local storage as one tab sees it, and the browser's locks, with what another tab has announced. */
function tab(announced: string[] = []) {
  const items = new Map<string, string>()
  const area = {
    get: (name: string) => items.get(name) ?? null,
    set: (name: string, value: string) => void items.set(name, value),
    remove: (name: string) => void items.delete(name),
    isSource: () => true,
  }
  const requested: string[] = []
  const locks = {
    query: async () => ({ held: announced.map((name) => ({ name })), pending: [] }),
    request: async (name: string, _: LockOptions, held: () => unknown) => {
      requested.push(name)
      held()
    },
  } as unknown as LockManager
  const places = { item: (key: string) => `lock:${key}`, name: () => lockName }
  return { items, requested, records: storageLockRecords('local', area, () => locks, places) }
}

const anybody = () => true

describe('records of locks in local storage', () => {
  it('are claimed once what the last holder has written is seen here', async () => {
    const { items, records } = tab([`5000#${lockName}`, lockName, `9000#${lockName}:other`, 'nonsense'])
    items.set('lock:key', '4999.old')
    let isClaimed = false
    const claimed = records.claim('key', 'me', anybody).then((holder) => {
      isClaimed = true
      return holder
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(isClaimed).toBe(false)
    items.set('lock:key', '5000.')
    expect(await claimed).toBe('me')
    expect(items.get('lock:key')).toMatch(/^\d{13,}\.me$/)
  })

  it('are not waited for when what was announced never comes', async () => {
    const { records } = tab([`5000#${lockName}`])
    expect(await records.claim('key', 'me', anybody)).toBe('me')
  })

  it('are given back with a number that is higher, and announced', async () => {
    const { items, records, requested } = tab()
    const future = Date.now() + 1e9
    items.set('lock:key', `${future}.`)
    await records.claim('key', 'me', anybody)
    expect(items.get('lock:key')).toBe(`${future + 1}.me`)
    await records.release('key', 'me')
    expect(items.get('lock:key')).toBe(`${future + 2}.`)
    expect(requested).toEqual([`${future + 2}#${lockName}`])
  })

  it('of another are neither taken nor given back, unless it is gone', async () => {
    const { items, records } = tab()
    items.set('lock:key', '1.other')
    expect(await records.claim('key', 'me', (holder) => holder !== 'other')).toBe('other')
    await records.release('key', 'me')
    expect(items.get('lock:key')).toBe('1.other')
    expect(records.isLost('key', 'me')).toBe(true)
    items.clear()
    expect(records.isLost('key', 'me')).toBe(false)
    items.set('lock:key', 'garbage')
    expect(await records.claim('key', 'me', () => false)).toBe('me')
  })
})
