// Processes that use one file store die and hang at random moments, while others read.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, type TokenSet } from '@flyte-js/core'
import { fileStore } from '@flyte-js/token-store/file'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FileWorker, startFileWorker } from './start-file-worker'

const seed = Number(process.env.FLYTE_TEST_SEED ?? Date.now() % 2 ** 31)
const rounds = 500
const numbered = (number: number): TokenSet => ({ accessToken: String(number), tokenType: 'bearer' })

let root: string
let directory: string
const workers = new Set<FileWorker>()

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flyte-js-file-crash-'))
  directory = join(root, 'tokens')
})

afterEach(async () => {
  for (const worker of workers) worker.process.kill('SIGKILL')
  await Promise.allSettled([...workers].map(({ ended }) => ended))
  workers.clear()
  rmSync(root, { recursive: true })
})

function start(...given: Parameters<typeof startFileWorker>): FileWorker {
  const worker = startFileWorker(...given)
  workers.add(worker)
  return worker
}

it(`is readable, never older than it was, and locked for no more than 5 s, in ${rounds} rounds of kill -9`, {
  timeout: 300_000,
}, async () => {
  const random = mulberry32(seed)
  const store = fileStore({ directory })
  await store.set('key', numbered(0))

  let newest = 0
  let takenOver = 0
  const failures: string[] = []
  let onProgress = () => {}
  const onLine = (line: string) => {
    const [word, number] = line.split(' ')
    if (word === 'failed') failures.push(line)
    if (word === 'event') takenOver += Number(number === 'store.lock-taken-over')
    if (word !== 'stored') return
    newest = Math.max(newest, Number(number))
    onProgress()
  }
  const progress = () =>
    new Promise<void>((resolve) => {
      onProgress = resolve
    })
  const writer = () => start('count', directory, { onLine })
  const isUsual = (line: string) => line === 'ready' || line === 'event store.plaintext'
  const readers = [start('read', directory), start('read', directory)]
  const running = [writer(), writer()]
  // Started ahead, so that a round need not wait for Node.
  const spare = [writer(), writer(), writer()]
  for (const worker of running) worker.tell('go')
  await progress()

  const recoveries: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const about = `round ${round} of FLYTE_TEST_SEED=${seed}`
    await systemClock.sleep(random() * 30)
    const victim = running.splice(Math.floor(random() * running.length), 1)[0] as FileWorker
    victim.process.kill('SIGKILL')
    const killedAt = performance.now()
    await victim.ended
    workers.delete(victim)
    const next = spare.shift() as FileWorker
    next.tell('go')
    running.push(next)
    spare.push(writer())
    await progress()
    recoveries.push(performance.now() - killedAt)
    // What was said to be stored is stored: nothing that is read after it is older.
    const stored = newest
    expect(Number((await store.get('key'))?.accessToken), about).toBeGreaterThanOrEqual(stored)
    expect(failures, about).toEqual([])
    for (const reader of readers)
      expect(
        reader.said.filter((line) => !isUsual(line)),
        about,
      ).toEqual([])
  }
  const longest = Math.max(...recoveries)
  expect(longest, `the longest recovery, FLYTE_TEST_SEED=${seed}`).toBeLessThan(5000)
  // Else nobody died with the lock in its hands.
  expect(takenOver).toBeGreaterThan(rounds / 50)
  console.info(
    `${rounds} rounds, ${newest} tokens stored, ${takenOver} locks taken over from the dead, recovered within ${Math.round(longest)} ms`,
  )

  for (const worker of workers) worker.process.kill('SIGKILL')
  await Promise.all([...workers].map(({ ended }) => ended))
  const later = fileStore({ directory, clock: { ...systemClock, now: () => Date.now() + 60_000 } })
  await later.withLock('key', (locked) => locked.set('key', numbered(0)))
  expect(readdirSync(directory, { recursive: true }), 'what is left').toHaveLength(3)
})

it('counts to 100 when 100 processes are started at once, each with one turn', { timeout: 180_000 }, async () => {
  await fileStore({ directory }).set('key', numbered(0))
  const from = performance.now()
  const all = Array.from({ length: 100 }, () => start('increment', directory))
  const waits = (await Promise.all(all.map(({ ended }) => ended))).map((said) =>
    Number(said.find((line) => line.startsWith('waited'))?.split(' ')[1]),
  )
  const seconds = (performance.now() - from) / 1000
  expect(await fileStore({ directory }).get('key')).toEqual(numbered(100))
  console.info(`100 processes in ${seconds.toFixed(1)} s; the longest wait was ${Math.max(...waits)} ms`)
  expect(Math.max(...waits)).toBeLessThan(60_000)
})

it('is taken over from a holder that is paused, which can write nothing when it goes on', async () => {
  const store = fileStore({ directory })
  await store.set('key', numbered(1))
  const paused = start('hold', directory)
  await paused.says('held')
  paused.process.kill('SIGSTOP')
  const from = performance.now()
  await store.withLock('key', (locked) => locked.set('key', numbered(2)))
  expect(performance.now() - from).toBeGreaterThan(14_000)
  expect(performance.now() - from).toBeLessThan(20_000)
  paused.process.kill('SIGCONT')
  paused.tell('write')
  expect(await paused.says('set')).toBe('set FLYTE_STORE_LOCK_LOST')
  await paused.ended
  expect(await store.get('key')).toEqual(numbered(2))
  expect(await store.withLock('key', async () => 'free')).toBe('free')
})

it('waits for a holder that lives, for longer than a dead one would be waited for', async () => {
  const store = fileStore({ directory })
  const holder = start('hold', directory)
  await holder.says('held')
  const controller = new AbortController()
  const waiting = store.withLock('key', async () => 'taken', { signal: controller.signal })
  const early = await Promise.race([waiting, systemClock.sleep(18_000).then(() => 'still waiting')])
  expect(early).toBe('still waiting')
  holder.tell('write')
  expect(await waiting).toBe('taken')
  expect(holder.said).toContain('set done')
})

/** A small generator of random numbers that a seed repeats. */
function mulberry32(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
