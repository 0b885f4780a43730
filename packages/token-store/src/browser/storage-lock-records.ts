import { systemClock } from '@flyte-js/core'
import { announce, lag, latestAnnounced } from './announcement.js'
import type { LockRecords } from './tab-lock.js'
import type { WebStorageArea, WebStorageKind } from './web-storage-area.js'

/** Records of locks in web storage, and what a write looks at before it happens. */
export interface StorageLockRecords extends LockRecords {
  /** Whether somebody else has taken the lock. A record that is missing was cleared with all the rest: nobody has. */
  isLost(key: string, owner: string): boolean
}

/** A record is `number.owner`, and `number.` when nobody holds the lock. The number only rises. */
const parse = (record: string | null) => {
  const [number = '', owner = ''] = (record ?? '').split('.')
  return { number: Number(number) || 0, owner }
}

/**
 * Who holds which lock, in web storage.
 *
 * What one tab writes to local storage another one sees late, so whoever gives the lock back announces the number of its last
 * record, and whoever gets it waits until it sees that number. Session storage belongs to one tab.
 *
 * Where there are no Web Locks, local storage has nothing that is atomic: a claim is written, and after a while read back.
 *
 * @param item - where the record of a key is
 * @param name - what the lock of a key is called
 */
export function storageLockRecords(
  kind: WebStorageKind,
  area: WebStorageArea,
  locks: () => LockManager | undefined,
  { item, name }: { item(key: string): string; name(key: string): string },
): StorageLockRecords {
  const read = (key: string) => parse(area.get(item(key)))

  function write(key: string, owner: string): number {
    const number = Math.max(Date.now(), read(key).number + 1)
    area.set(item(key), `${number}.${owner}`)
    return number
  }

  /** Waits until this tab sees what the last holder has written. */
  async function catchUp(manager: LockManager, key: string): Promise<void> {
    const latest = await latestAnnounced(manager, name(key))
    for (let waited = 0; waited < lag && read(key).number < latest; waited += 10) await systemClock.sleep(10)
  }

  return {
    async claim(key, owner, isGone) {
      const manager = locks()
      if (manager && kind === 'local') await catchUp(manager, key)
      const present = read(key).owner
      if (present && !isGone(present)) return present
      write(key, owner)
      if (!manager && kind === 'local') await systemClock.sleep(lag / 10)
      return read(key).owner
    },
    async release(key, owner) {
      if (read(key).owner !== owner) return
      const number = write(key, '')
      const manager = locks()
      if (manager && kind === 'local') await announce(manager, name(key), number)
    },
    isLost: (key, owner) => area.get(item(key)) !== null && read(key).owner !== owner,
  }
}
