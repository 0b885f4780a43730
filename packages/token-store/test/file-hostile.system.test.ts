// What only another user, or a disk of one's own, can show. Root ignores modes, so that as root these run as `nobody`.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TokenSet, TokenStoreError } from '@flyte-js/core'
import { fileStore } from '@flyte-js/token-store/file'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startFileWorker } from './start-file-worker'

const nobody = 65_534
const isRoot = process.geteuid?.() === 0
const user = isRoot ? nobody : undefined
const tokens: TokenSet = { accessToken: 'before', tokenType: 'bearer' }

let root: string
let directory: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flyte-js-file-hostile-'))
  directory = join(root, 'tokens')
  if (isRoot) chownSync(root, nobody, nobody)
})

afterEach(() => {
  chmodSync(root, 0o700)
  if (readdirSync(root).includes('tokens')) chmodSync(directory, 0o700)
  rmSync(root, { recursive: true })
})

const run = (command: string, around: string[] = []) =>
  startFileWorker(command, directory, { ...(user !== undefined && { user }), around }).ended

/** Stores a token, as the user that everything runs as. */
async function store(): Promise<void> {
  await fileStore({ directory }).set('key', tokens)
  if (isRoot) for (const path of [directory, tokenFile()]) chownSync(path, nobody, nobody)
}

function tokenFile(): string {
  const name = readdirSync(directory).find((each) => each.endsWith('.json'))
  return join(directory, `${name}`)
}

describe('without rights', () => {
  it('is fine where there are the usual ones', async () => {
    await store()
    expect(await run('use')).toEqual(['event store.plaintext', 'get before', 'set done', 'lock done', 'get xxxxxxxxxx'])
  })

  it('reads a read-only directory, and says that it can neither write nor lock', async () => {
    await store()
    chmodSync(directory, 0o500)
    expect(await run('use')).toEqual([
      'event store.plaintext',
      'get before',
      'set FLYTE_STORE_WRITE_FAILED',
      'lock FLYTE_STORE_LOCK_UNAVAILABLE',
      'get before',
    ])
  })

  it('is unavailable where its directory cannot be made', async () => {
    chmodSync(root, 0o500)
    expect(await run('use')).toEqual([
      'get FLYTE_STORE_UNAVAILABLE',
      'set FLYTE_STORE_UNAVAILABLE',
      'lock FLYTE_STORE_UNAVAILABLE',
      'get FLYTE_STORE_UNAVAILABLE',
    ])
  })

  it('says that it cannot read a file without rights', async () => {
    await store()
    chmodSync(tokenFile(), 0)
    expect((await run('use'))[0]).toBe('get FLYTE_STORE_READ_FAILED')
  })

  it('says that it cannot look into a directory without rights', async () => {
    await store()
    chmodSync(directory, 0)
    expect(await run('use')).toEqual([
      'get FLYTE_STORE_READ_FAILED',
      'set FLYTE_STORE_WRITE_FAILED',
      'lock FLYTE_STORE_LOCK_UNAVAILABLE',
      'get FLYTE_STORE_READ_FAILED',
    ])
  })
})

describe('another owner', () => {
  const refused = [
    'get FLYTE_STORE_INSECURE',
    'set FLYTE_STORE_INSECURE',
    'lock FLYTE_STORE_INSECURE',
    'get FLYTE_STORE_INSECURE',
  ]
  const needsRoot = () => {
    if (!isRoot) throw new Error('Only root can give files to another user: run this test as root, e.g. in a container')
  }

  it('of the directory is refused, with a cure', async () => {
    needsRoot()
    await fileStore({ directory }).set('key', tokens)
    expect(await run('use')).toEqual(refused)
    chownSync(directory, nobody, nobody)
    await expect(fileStore({ directory }).get('key')).rejects.toThrow(
      `${directory} belongs to another user (uid ${nobody}, this process has 0), who could read or replace the tokens. Remove it, or make it yours with chown, or choose another \`directory\``,
    )
  })

  it('of the file is refused, be it root’s or open to all', async () => {
    needsRoot()
    await store()
    chownSync(tokenFile(), 0, 0)
    const others = refused.with(2, 'lock done')
    expect(await run('use')).toEqual(others)
    chmodSync(tokenFile(), 0o666)
    expect(await run('use')).toEqual(others)
    expect(readFileSync(tokenFile(), 'utf8')).toContain('before')
  })

  it('of the lock is refused', async () => {
    needsRoot()
    await store()
    const lock = tokenFile().replace(/json$/, 'lock')
    mkdirSync(lock, { mode: 0o700 })
    expect((await run('use'))[3]).toBe('lock FLYTE_STORE_INSECURE')
    chownSync(lock, nobody, nobody)
    writeFileSync(join(lock, '1'), '{}', { mode: 0o600 })
    expect((await run('use'))[3]).toBe('lock FLYTE_STORE_INSECURE')
  })

  it('of an encryption key is refused', async () => {
    needsRoot()
    const file = join(root, 'key')
    writeFileSync(file, 'x'.repeat(32), { mode: 0o600 })
    chownSync(file, nobody, nobody)
    const made = fileStore({ directory: join(root, 'of-root'), encryptionKey: { file } }).set('key', tokens)
    await expect(made).rejects.toThrow(/belongs to another user/)
  })
})

describe('a full disk', () => {
  it('leaves what was there: a file grows beyond the limit', async () => {
    await store()
    expect(await run('use', ['/bin/sh', '-c', 'ulimit -f 64; exec "$@"', 'sh'])).toEqual([
      'event store.plaintext',
      'get before',
      'set FLYTE_STORE_WRITE_FAILED',
      'lock done',
      'get before',
    ])
    expect(readdirSync(directory).filter((name) => name.includes('.tmp-'))).toEqual([])
  })

  it('leaves what was there, and no lock to wait for: no space on the device', async () => {
    const disk = smallDisk()
    try {
      expect(await startFileWorker('fill', disk.directory, { around: disk.around }).ended).toEqual([
        'event store.plaintext',
        'set done',
        'set FLYTE_STORE_WRITE_FAILED',
        'get before',
        'lock done',
        'lock done',
        'waited little',
        'get after',
      ])
    } finally {
      disk.remove()
    }
  })

  /** A disk that can be filled: one of our own, or the shared memory of a container. */
  function smallDisk(): { directory: string; around: string[]; remove(): void } {
    const place = join(root, 'disk')
    mkdirSync(place)
    const mount = ['mount', '-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', place]
    const own = ['unshare', ...(isRoot ? ['-m'] : ['-Urm'])]
    const inOwn = (...command: string[]) => [
      ...own,
      '/bin/sh',
      '-c',
      `${mount.join(' ')} && exec "$@"`,
      'sh',
      ...command,
    ]
    if (works(inOwn('true'))) return { directory: join(place, 'tokens'), around: inOwn(), remove() {} }
    const { blocks, bsize } = statfsSync('/dev/shm')
    if (blocks * bsize <= 2 ** 28) {
      const shared = mkdtempSync('/dev/shm/flyte-js-')
      return { directory: join(shared, 'tokens'), around: [], remove: () => rmSync(shared, { recursive: true }) }
    }
    throw new Error(
      'No disk can be filled here: neither `unshare -m` and `mount` (Debian: util-linux, mount) are allowed, nor is /dev/shm small',
    )
  }

  function works([program = '', ...given]: string[]): boolean {
    try {
      execFileSync(program, given, { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }
})

it('survives that its directory is deleted over and over while it is used', async () => {
  const store = fileStore({ directory })
  const failures: unknown[] = []
  let done = 0
  const use = async (run: () => Promise<unknown>) => {
    for (let time = 0; time < 100; time += 1) {
      try {
        await run()
        done += 1
      } catch (error) {
        failures.push(error)
      }
    }
  }
  // A process of its own, so that it strikes between any two calls.
  const deleting = startFileWorker('delete', directory)
  await deleting.says('ready')
  await Promise.all([
    use(() => store.set('a', tokens)),
    use(() => store.get('a')),
    use(() => store.delete('b')),
    use(() => store.withLock('c', (locked) => locked.set('c', tokens))),
  ])
  deleting.process.kill('SIGKILL')
  await deleting.ended
  expect(failures.filter((error) => !TokenStoreError.isInstance(error))).toEqual([])
  // Deleted within the microseconds between two calls, three times in a row, it may fail; that is rare.
  expect(done).toBeGreaterThan(300)
  await store.set('a', tokens)
  expect(await store.get('a')).toEqual(tokens)
})
