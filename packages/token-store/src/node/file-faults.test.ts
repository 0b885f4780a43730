// What a system refuses that a test cannot have at will: hard links, file descriptors, a disk that works.
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TokenSet } from '@flyte-js/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fileStore } from './file.js'

const faults = vi.hoisted(() => new Map<string, string>())

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>()
  const failure = (name: string) => {
    const code = faults.get(name)
    // Gone once, and there again.
    if (code === 'ENOENT') faults.delete(name)
    return code === undefined ? undefined : Object.assign(new Error(`${code}: as if`), { code })
  }
  const throwing =
    (name: 'linkSync' | 'openSync' | 'renameSync' | 'mkdirSync' | 'unlinkSync') =>
    (...given: unknown[]) => {
      const error = failure(name)
      if (error) throw error
      return (real[name] as (...given: unknown[]) => unknown)(...given)
    }
  const calling =
    (name: 'writeFile' | 'fsync') =>
    (...given: unknown[]) => {
      const error = failure(name)
      if (error) return (given.at(-1) as (error: Error) => void)(error)
      return (real[name] as (...given: unknown[]) => unknown)(...given)
    }
  return {
    ...real,
    linkSync: throwing('linkSync'),
    openSync: throwing('openSync'),
    renameSync: throwing('renameSync'),
    mkdirSync: throwing('mkdirSync'),
    unlinkSync: throwing('unlinkSync'),
    writeFile: calling('writeFile'),
    fsync: calling('fsync'),
  }
})

const before: TokenSet = { accessToken: 'before', tokenType: 'bearer' }
const after: TokenSet = { accessToken: 'after', tokenType: 'bearer' }
let directory: string

beforeEach(() => {
  directory = join(fs.mkdtempSync(join(tmpdir(), 'flyte-js-file-faults-')), 'tokens')
})

afterEach(() => {
  faults.clear()
  fs.rmSync(join(directory, '..'), { recursive: true })
})

const failing = (code: string, message: RegExp) =>
  expect.objectContaining({
    name: 'TokenStoreError',
    code,
    message: expect.stringMatching(message),
    cause: expect.anything(),
  })

describe('a write that fails', () => {
  it.each([
    ['writeFile', 'ENOSPC', /disk is full: make room/],
    ['writeFile', 'EDQUOT', /quota is used up: make room/],
    ['fsync', 'EIO', /disk failed/],
    ['openSync', 'EMFILE', /too many open files/],
    ['openSync', 'EROFS', /read-only/],
    ['openSync', 'EACCES', /permission is denied/],
    ['renameSync', 'EPERM', /does not permit/],
    ['renameSync', 'EODD', /: EODD$/],
  ])('in %s, by %s, is told and leaves what was there, and nothing else', async (call, code, message) => {
    const store = fileStore({ directory })
    await store.set('key', before)
    faults.set(call, code)
    await expect(store.set('key', after)).rejects.toEqual(failing('FLYTE_STORE_WRITE_FAILED', message))
    faults.clear()
    expect(await store.get('key')).toEqual(before)
    expect(fs.readdirSync(directory)).toHaveLength(1)
  })

  it('is told when it is a deletion', async () => {
    const store = fileStore({ directory })
    await store.set('key', before)
    faults.set('unlinkSync', 'EROFS')
    await expect(store.delete('key')).rejects.toEqual(failing('FLYTE_STORE_WRITE_FAILED', /deleted.*read-only/))
    expect(await store.get('key')).toEqual(before)
  })

  it('is tried again when the directory has vanished just then', async () => {
    const store = fileStore({ directory })
    faults.set('renameSync', 'ENOENT')
    await store.set('key', after)
    expect(faults.size).toBe(0)
    expect(await store.get('key')).toEqual(after)
  })
})

it('is told when a file cannot be read', async () => {
  const store = fileStore({ directory })
  await store.set('key', before)
  faults.set('openSync', 'EMFILE')
  await expect(store.get('key')).rejects.toEqual(failing('FLYTE_STORE_READ_FAILED', /too many open files/))
})

it('is unavailable where no directory can be made', async () => {
  faults.set('mkdirSync', 'EROFS')
  await expect(fileStore({ directory }).get('key')).rejects.toEqual(failing('FLYTE_STORE_UNAVAILABLE', /read-only/))
})

describe('a lock that cannot be had', () => {
  it.each([
    ['linkSync', 'EPERM', /no hard links.*`directory`/],
    ['linkSync', 'ENOTSUP', /no hard links/],
    ['linkSync', 'EROFS', /read-only/],
    ['openSync', 'EACCES', /permission is denied/],
    ['openSync', 'ENOSPC', /disk is full/],
    ['mkdirSync', 'EACCES', /permission is denied/],
  ])('because of %s with %s is told, and nothing runs', async (call, code, message) => {
    const store = fileStore({ directory })
    await store.set('key', before)
    faults.set(call, code)
    const critical = vi.fn(async () => {})
    await expect(store.withLock('key', critical)).rejects.toEqual(failing('FLYTE_STORE_LOCK_UNAVAILABLE', message))
    expect(critical).not.toHaveBeenCalled()
    faults.clear()
    expect(await store.withLock('key', async () => 'free')).toBe('free')
  })
})
