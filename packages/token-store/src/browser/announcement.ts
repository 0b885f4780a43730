import { systemClock } from '@flyte-js/core'

/** Milliseconds after which what one tab has written or posted has surely reached the others. */
export const lag = 1000

/**
 * Says how far what is under a lock has come, before the lock is given back: neither local storage nor messages reach another
 * tab in the order of locks (in Chromium 9 of 60 increments under a Web Lock were lost in local storage). The browser's table
 * of locks does, so the number is in the name of one.
 *
 * @param name - of the lock that is held
 * @returns when all who get the lock later can know
 */
export function announce(locks: LockManager, name: string, number: number): Promise<void> {
  return new Promise((resolve) => {
    const known = () => {
      resolve()
      return systemClock.sleep(lag)
    }
    locks.request(`${number}#${name}`, { mode: 'shared' }, known).catch(resolve)
  })
}

/** The highest number that was announced a moment ago, or 0. */
export async function latestAnnounced(locks: LockManager, name: string): Promise<number> {
  const { held = [] } = await locks.query()
  const suffix = `#${name}`
  const numbers = held.map((lock) => (lock.name?.endsWith(suffix) ? Number(lock.name.slice(0, -suffix.length)) : 0))
  return Math.max(0, ...numbers.filter(Number.isFinite))
}
