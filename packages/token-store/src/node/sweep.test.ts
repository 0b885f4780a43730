import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fileStore } from './file.js'
import { createSweep } from './sweep.js'

const hour = 3_600_000
const tokens = { accessToken: 'a', tokenType: 'bearer', refreshToken: 'r' }

let directory: string
let clock: TestClock
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyte-js-sweep-'))
  clock = createTestClock(Date.now())
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Another process, each time. */
const open = (options: Parameters<typeof fileStore>[0] = {}) => fileStore({ directory, clock, ...options })
const files = () =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace(/-[0-9a-f]{16}\.json$/, ''))
    .sort()

describe('what nobody needs any more', () => {
  it('goes when another process stores such things, encrypted or not; what has no end stays', async () => {
    const before = open()
    await before.set('login', tokens)
    await before.set('over', tokens, { forgetAt: clock.now() + hour })
    await open({ encryptionKey: 'an-encryption-key-of-32-characters' }).set('sealed', tokens, {
      forgetAt: clock.now() + hour,
    })
    await before.withLock('locked', (locked) => locked.set('locked', tokens, { forgetAt: clock.now() + hour }))
    await before.set('later', tokens, { forgetAt: clock.now() + 2 * hour })
    await clock.advance(hour)
    await open().set('new', tokens, { forgetAt: clock.now() + hour })
    await expect.poll(files).toEqual(['later', 'login', 'new'])
    expect(await open().get('later')).toEqual(tokens)
  })

  it('is looked for once an hour, and what goes wrong is nobody’s trouble', async () => {
    const sweep = createSweep(clock, 10_000)
    await sweep(join(directory, 'none'))
    await clock.advance(hour)
    await open().set('first', tokens, { forgetAt: clock.now() + 1000 })
    await sweep(directory)
    expect(files()).toEqual(['first'])
    await clock.advance(hour - 1)
    await sweep(directory)
    expect(files()).toEqual(['first'])
    await clock.advance(1)
    await sweep(directory)
    expect(files()).toEqual([])
  })

  it('is not looked for by a program that stores a login of its own', async () => {
    await open().set('over', tokens, { forgetAt: clock.now() + 1000 })
    await clock.advance(hour)
    const read = vi.spyOn(clock, 'monotonic')
    await open().set('login', tokens)
    expect(read).not.toHaveBeenCalled()
    expect(files()).toEqual(['login', 'over'])
  })

  it('is neither what is not ours, nor behind a link', async () => {
    const forgotten = JSON.stringify({ format: 'flyte-js token file', version: 1, key: 'x', forgetAt: 1 })
    const elsewhere = join(mkdtempSync(join(tmpdir(), 'flyte-js-elsewhere-')), 'x.json')
    writeFileSync(elsewhere, forgotten)
    symlinkSync(elsewhere, join(directory, 'link-0123456789abcdef.json'))
    writeFileSync(join(directory, 'package.json'), forgotten)
    writeFileSync(join(directory, 'foreign-0123456789abcdef.json'), '{"forgetAt":1}')
    writeFileSync(join(directory, 'half-0123456789abcdef.json'), forgotten.slice(0, -1))
    writeFileSync(join(directory, 'old-0123456789abcdef.json'), forgotten)
    await open().set('new', tokens, { forgetAt: clock.now() + hour })
    await expect.poll(files).toEqual(['foreign', 'half', 'link', 'new', 'package.json'])
    rmSync(join(elsewhere, '..'), { recursive: true })
  })
})
