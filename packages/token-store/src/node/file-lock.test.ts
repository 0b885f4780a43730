import { lutimesSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlyteEvent } from '@flyte-js/core'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FileLock, takeFileLock } from './file-lock.js'
import { lockDirectory } from './lock-directory.js'
import { type LockHolder, thisHolder } from './lock-holder.js'

let root: string
let path: string
let clock: TestClock
let events: FlyteEvent[]
const taken: FileLock[] = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flyte-js-file-lock-'))
  path = join(root, 'lock')
  clock = createTestClock()
  events = []
})

afterEach(() => {
  for (const lock of taken.splice(0)) lock.release()
  rmSync(root, { recursive: true, force: true })
})

async function take(signal?: AbortSignal): Promise<FileLock> {
  const onEvent = (event: FlyteEvent) => events.push(event)
  const lock = await takeFileLock(path, { clock, random: () => 0.5, onEvent, signal })
  taken.push(lock)
  return lock
}

/** Takes the lock as a process does that then says nothing more. */
function takeAndFallSilent(holder: LockHolder): void {
  const directory = lockDirectory(path, undefined)
  const number = directory.list().last + 1
  const waiting = directory.wait(holder, clock.now())
  expect(directory.begin(waiting, number, holder)).toBe(true)
  directory.remove(waiting)
}

/** Takes the lock, and tells when that was. */
function whenTaken(): { at: number | undefined } {
  const taking: { at: number | undefined } = { at: undefined }
  take().then(() => {
    taking.at = clock.monotonic()
  })
  return taking
}

const elsewhere = (): LockHolder => ({ ...thisHolder(), host: 'elsewhere' })

describe('takeFileLock', () => {
  it('waits until the holder lets go, and no longer than a few milliseconds more', async () => {
    const first = await take()
    const second = whenTaken()
    await clock.advance(3000)
    expect(second.at).toBeUndefined()
    first.release()
    await clock.advance(300)
    expect(second.at).toBeGreaterThan(3000)
    expect(events).toEqual([])
  })

  it('leaves one small file, whose number grows with every turn', async () => {
    for (let turn = 1; turn <= 5; turn += 1) {
      const lock = await take()
      expect(readdirSync(path)).toEqual([String(turn)])
      lock.release()
    }
    expect(readdirSync(path)).toEqual(['5'])
    expect(statSync(join(path, '5')).size).toBeLessThan(1000)
  })

  it('keeps everything to its user', async () => {
    const umask = process.umask(0)
    try {
      await take()
      takeAndWait()
      expect(statSync(path).mode & 0o777).toBe(0o700)
      expect(readdirSync(path)).toHaveLength(2)
      for (const name of readdirSync(path)) expect(statSync(join(path, name)).mode & 0o777).toBe(0o600)
    } finally {
      process.umask(umask)
    }

    function takeAndWait() {
      take(AbortSignal.timeout(1)).catch(() => {})
    }
  })

  it('takes over at once from a process that is gone', async () => {
    takeAndFallSilent({ ...thisHolder(), pid: 2 ** 22 + 1 })
    await take()
    expect(clock.monotonic()).toBe(0)
    expect(events).toEqual([{ type: 'store.lock-taken-over', store: 'file' }])
  })

  it.each([
    ['on another host after 4 s', elsewhere, 4000],
    ['that is paused after 15 s', thisHolder, 15_000],
  ])('takes over from a silent holder %s', async (_, holder, silence) => {
    takeAndFallSilent(holder())
    const second = whenTaken()
    await clock.advance(silence - 1)
    expect(second.at).toBeUndefined()
    await clock.advance(1000)
    expect(second.at).toBeGreaterThanOrEqual(silence)
    expect(events).toEqual([{ type: 'store.lock-taken-over', store: 'file' }])
  })

  it('takes over, after 4 s, a lock whose file was lost to a power cut', async () => {
    mkdirSync(path, { mode: 0o700 })
    writeFileSync(join(path, '7'), '', { mode: 0o600 })
    const second = whenTaken()
    await clock.advance(3900)
    expect(second.at).toBeUndefined()
    await clock.advance(1000)
    expect(second.at).toBeGreaterThanOrEqual(4000)
    expect(readdirSync(path)).toEqual(['8'])
  })

  it('waits for ever while the holder shows that it lives', async () => {
    takeAndFallSilent(elsewhere())
    const second = whenTaken()
    for (let seconds = 1; seconds <= 60; seconds += 1) {
      lutimesSync(join(path, '1'), seconds * 10, seconds * 10)
      await clock.advance(1000)
    }
    expect(second.at).toBeUndefined()
  })

  it('shows every second that it lives, until its end', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const lock = await take()
      const beats = () => {
        lutimesSync(join(path, '1'), 500, 500)
        vi.advanceTimersByTime(1000)
        return statSync(join(path, '1')).mtimeMs !== 500_000
      }
      expect([beats(), beats()]).toEqual([true, true])
      lock.release()
      expect(beats()).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })

  it('does not count the time that it was paused itself', async () => {
    takeAndFallSilent(elsewhere())
    const offset = { by: 0 }
    const jumping = { ...clock, monotonic: () => clock.monotonic() + offset.by }
    let isTaken = false
    takeFileLock(path, { clock: jumping, random: () => 0.5, onEvent: undefined, signal: undefined }).then((lock) => {
      isTaken = true
      taken.push(lock)
    })
    await clock.advance(100)
    offset.by = 60_000
    await clock.advance(2000)
    expect(isTaken).toBe(false)
    await clock.advance(2000)
    expect(isTaken).toBe(true)
  })

  it('tells a holder that was taken over from, and leaves the lock to the new one', async () => {
    const first = await take()
    first.assertHeld()
    // Its beat is on the real clock, which does not get to run here.
    const second = whenTaken()
    await clock.advance(16_000)
    expect(second.at).toBeDefined()
    expect(() => first.assertHeld()).toThrow(expect.objectContaining({ code: 'FLYTE_STORE_LOCK_LOST' }))
    first.release()
    const third = whenTaken()
    await clock.advance(1000)
    expect(third.at).toBeUndefined()
  })

  it('cannot be used after its end', async () => {
    const lock = await take()
    lock.release()
    expect(() => lock.assertHeld()).toThrow(expect.objectContaining({ code: 'FLYTE_STORE_LOCK_LOST' }))
  })

  it('puts the lock back when its directory was deleted', async () => {
    const lock = await take()
    rmSync(join(path, '1'))
    lock.assertHeld()
    rmSync(path, { recursive: true })
    lock.assertHeld()
    const second = whenTaken()
    await clock.advance(1000)
    expect(second.at).toBeUndefined()
    lock.release()
    await clock.advance(300)
    expect(second.at).toBeDefined()
  })

  it('does not put back a lock that another may have had since', async () => {
    const first = await take()
    rmSync(path, { recursive: true })
    const second = await take()
    expect(() => first.assertHeld()).toThrow(expect.objectContaining({ code: 'FLYTE_STORE_LOCK_LOST' }))
    // It has the number of the other's, but it is not its own to end.
    first.release()
    second.assertHeld()
    const third = whenTaken()
    await clock.advance(500)
    expect(third.at).toBeUndefined()
  })

  it('does not put back a lock after a pause, in which another may have had one that is gone too', async () => {
    const second = await take()
    rmSync(path, { recursive: true })
    await clock.advance(4001)
    expect(() => second.assertHeld()).toThrow(expect.objectContaining({ code: 'FLYTE_STORE_LOCK_LOST' }))
  })

  it('ends the wait with the reason of the caller, and leaves nothing of it', async () => {
    await take()
    const controller = new AbortController()
    const waiting = take(controller.signal)
    await clock.advance(10)
    expect(readdirSync(path)).toHaveLength(2)
    controller.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    expect(readdirSync(path)).toEqual(['1'])
  })

  it('is not begun by a caller who has given up already', async () => {
    await expect(take(AbortSignal.abort('enough'))).rejects.toBe('enough')
    expect(readdirSync(path)).toEqual([])
  })

  it('tidies away what the dead have left, and tolerates that its own is tidied away', async () => {
    const holding = await take()
    lockDirectory(path, undefined).wait({ ...thisHolder(), pid: 2 ** 22 + 1 }, clock.now() - 1)
    const second = whenTaken()
    await clock.advance(10)
    for (const name of readdirSync(path)) if (name.startsWith('wait-')) rmSync(join(path, name))
    lockDirectory(path, undefined).wait({ ...thisHolder(), pid: 2 ** 22 + 1 }, clock.now() - 1)
    holding.release()
    await clock.advance(600)
    expect(second.at).toBeDefined()
    expect(readdirSync(path)).toEqual(['2'])
  })

  it('lets who comes back at once behind those who wait', async () => {
    const first = await take()
    const waiting = whenTaken()
    await clock.advance(1)
    first.release()
    const again = whenTaken()
    await clock.advance(50)
    expect(waiting.at).toBeDefined()
    expect(again.at).toBeUndefined()
  })
})

describe('lockDirectory', () => {
  it('does not begin a turn whose number was used and removed since', () => {
    const directory = lockDirectory(path, undefined)
    const [slow, fast] = [thisHolder(), thisHolder()]
    const waiting = directory.wait(slow, 0)
    directory.begin(directory.wait(fast, 0), 5, fast)
    expect(directory.begin(waiting, 3, slow)).toBe(false)
    expect(directory.list()).toMatchObject({ last: 5, earlier: [] })
  })

  it('gives a turn to one only', () => {
    const directory = lockDirectory(path, undefined)
    const holders = [thisHolder(), thisHolder(), thisHolder()]
    const files = holders.map((holder) => directory.wait(holder, 0))
    expect(holders.map((holder, index) => directory.begin(files[index] as string, 1, holder))).toEqual([
      true,
      false,
      false,
    ])
  })
})
