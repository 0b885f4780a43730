// A process of its own that uses a file store, for the tests beside. Usage: node file-worker.mjs <command> <directory> [<user id>]
// It says what it does line by line, at once: it may be killed any moment.
import { once } from 'node:events'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileStore } from '@flyte-js/token-store/file'

const [command, directory, user] = process.argv.slice(2)
const key = 'key'
const say = (...words) => writeSync(1, `${words.join(' ')}\n`)
const store = fileStore({ directory, onEvent: ({ type }) => say('event', type) })
const tokenSet = (accessToken) => ({ accessToken, tokenType: 'bearer' })
const lines = createInterface({ input: process.stdin })

/** The counter in the store. Whatever else is there is a finding. */
async function count(from) {
  const { accessToken } = (await from.get(key)) ?? {}
  if (!/^\d+$/.test(`${accessToken}`)) throw new Error(`unreadable: ${accessToken}`)
  return Number(accessToken)
}

/** Says whether something could be done, or the code of the error. */
async function attempt(what, run) {
  try {
    say(what, (await run()) ?? 'done')
  } catch (error) {
    say(what, error.code ?? error)
  }
}

const commands = {
  /** One turn at the counter, once told to. */
  async increment() {
    const start = performance.now()
    await store.withLock(key, async (locked) => {
      const waited = Math.round(performance.now() - start)
      await locked.set(key, tokenSet(String((await count(locked)) + 1)))
      say('waited', waited)
    })
  },

  /** Turn after turn at the counter, from when it is told to. */
  async count() {
    say('ready')
    await once(lines, 'line')
    for (;;) {
      await store.withLock(key, async (locked) => {
        const next = (await count(locked)) + 1
        await locked.set(key, tokenSet(String(next)))
        say('stored', next)
      })
    }
  },

  /** Reads on and on, and ends with what must not be. */
  async read() {
    say('ready')
    for (let last = 0; ; ) {
      const now = await count(store)
      if (now < last) throw new Error(`older: ${now} after ${last}`)
      last = now
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  },

  /** Holds the lock, and writes under it when it is told to. */
  async hold() {
    await store.withLock(key, async (locked) => {
      say('held')
      await once(lines, 'line')
      await attempt('set', () => locked.set(key, tokenSet('of the paused')))
    })
  },

  /** Everything, once, with a token of 1 MiB. */
  async use() {
    await attempt('get', async () => (await store.get(key))?.accessToken ?? 'none')
    await attempt('set', () => store.set(key, tokenSet('x'.repeat(2 ** 20))))
    await attempt('lock', () => store.withLock(key, async () => {}))
    await attempt('get', async () => (await store.get(key))?.accessToken.slice(0, 10) ?? 'none')
  },

  /** Deletes the directory again and again. */
  async delete() {
    say('ready')
    for (;;) {
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  },

  /** Fills the disk while it holds the lock. */
  async fill() {
    const filler = join(directory, '..', 'filler')
    await attempt('set', () => store.set(key, tokenSet('before')))
    await attempt('lock', () =>
      store.withLock(key, async (locked) => {
        const descriptor = openSync(filler, 'w')
        try {
          for (const size of [2 ** 20, 2 ** 12, 1]) attemptToFill(descriptor, Buffer.alloc(size))
        } finally {
          closeSync(descriptor)
        }
        await attempt('set', () => locked.set(key, tokenSet('x'.repeat(10_000))))
        await attempt('get', async () => (await locked.get(key))?.accessToken)
      }),
    )
    rmSync(filler)
    const start = performance.now()
    await attempt('lock', () => store.withLock(key, (locked) => locked.set(key, tokenSet('after'))))
    say('waited', performance.now() - start < 3000 ? 'little' : 'long')
    await attempt('get', async () => (await store.get(key))?.accessToken)
  },
}

function attemptToFill(descriptor, buffer) {
  try {
    for (;;) writeSync(descriptor, buffer)
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error
  }
}

// A file that grows beyond `ulimit -f` is an error then, and no end.
process.on('SIGXFSZ', () => {})
// Everything is loaded by now: the other user need not be able to read it.
if (user) {
  process.setgroups([])
  process.setgid(Number(user))
  process.setuid(Number(user))
}
try {
  await commands[command]()
} catch (error) {
  say('failed', error.code ?? error.message)
  process.exitCode = 1
}
lines.close()
