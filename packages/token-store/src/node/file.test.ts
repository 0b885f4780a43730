import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlyteEvent, TokenSet } from '@flyte-js/core'
import { tokenStoreContract } from '@flyte-js/testing/token-store-contract'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FileStoreOptions, fileStore } from './file.js'
import { fileName } from './file-name.js'
import { lockDirectory } from './lock-directory.js'
import { thisHolder } from './lock-holder.js'

const key = 'https://flyte.example.com'
const secret = 'an-encryption-key-of-32-characters'
const tokens: TokenSet = { accessToken: 'secret-access', tokenType: 'bearer', refreshToken: 'secret-refresh' }
const newer: TokenSet = { accessToken: 'newer', tokenType: 'bearer' }

let root: string
let directory: string
let path: string
let events: FlyteEvent[]

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'flyte-js-file-store-'))
  directory = join(root, 'tokens')
  path = join(directory, `${await fileName(key)}.json`)
  events = []
})

afterEach(() => {
  rmSync(root, { recursive: true })
  vi.doUnmock('env-paths')
  vi.resetModules()
})

function open(options: FileStoreOptions = {}) {
  return fileStore({ directory, onEvent: (event) => events.push(event), ...options })
}

const told = (type: FlyteEvent['type']) => events.filter((event) => event.type === type)
const failing = (code: string, message?: RegExp) =>
  expect.objectContaining({
    name: 'TokenStoreError',
    code,
    store: 'file',
    ...(message && { message: expect.stringMatching(message) }),
  })
const modeOf = (place: string) => (statSync(place).mode & 0o777).toString(8)

describe.each([
  ['plaintext', {}],
  ['encrypted', { encryptionKey: secret }],
])('the file store, %s', (_, options) => {
  for (const { name, run } of tokenStoreContract({ open: () => open(options) })) it(name, run)
})

describe('the directory', () => {
  it('is that of the user’s data by default', async () => {
    vi.doMock('env-paths', () => ({
      default: (name: string, { suffix }: { suffix: string }) => ({ data: join(root, 'data', name + suffix) }),
    }))
    await fileStore().set(key, tokens)
    expect(readdirSync(join(root, 'data', 'flyte-js', 'tokens'))).toEqual([`${await fileName(key)}.json`])
  })

  it('is not one of whatever directory a program runs in', async () => {
    vi.doMock('env-paths', () => ({ default: () => ({ data: 'relative' }) }))
    await expect(fileStore().get(key)).rejects.toEqual(failing('FLYTE_STORE_UNAVAILABLE', /XDG_DATA_HOME.*`directory`/))
  })

  it('is asked for where the user has no home', async () => {
    vi.doMock('env-paths', () => {
      throw new Error('uv_os_homedir returned ENOENT')
    })
    await expect(fileStore().get(key)).rejects.toEqual(failing('FLYTE_STORE_UNAVAILABLE', /no home.*`directory`/))
    await open().get(key)
  })

  it('is refused when it is empty', () => {
    expect(() => fileStore({ directory: '' })).toThrow(failing('FLYTE_INVALID_ARGUMENT'))
  })

  it.each([0o000, 0o022, 0o777])('and all in it are for this user alone, whatever the umask (%o)', async (mask) => {
    const umask = process.umask(mask)
    try {
      directory = join(root, 'a', 'b', 'tokens')
      const store = open()
      await store.withLock(key, (locked) => locked.set(key, tokens))
      for (const each of ['a', 'a/b', 'a/b/tokens']) expect(modeOf(join(root, each)), each).toBe('700')
      const all = readdirSync(directory, { recursive: true, withFileTypes: true })
      expect(all).toHaveLength(3)
      for (const each of all) expect(modeOf(join(each.parentPath, each.name))).toBe(each.isFile() ? '600' : '700')
    } finally {
      process.umask(umask)
    }
  })

  it('is closed when it is open to others, and that is told', async () => {
    const store = open()
    await store.withLock(key, (locked) => locked.set(key, tokens))
    const lock = path.replace('.json', '.lock')
    chmodSync(directory, 0o755)
    chmodSync(lock, 0o770)
    await store.withLock(key, (locked) => locked.get(key))
    expect([modeOf(directory), modeOf(lock)]).toEqual(['700', '700'])
    expect(told('store.repaired')).toEqual([
      expect.objectContaining({ what: expect.stringContaining(`${directory} was open to other users (mode 0755)`) }),
      expect.objectContaining({ what: expect.stringContaining(`${lock} was open to other users (mode 0770)`) }),
    ])
  })

  it('is not touched when it holds other things than tokens', async () => {
    mkdirSync(directory)
    chmodSync(directory, 0o755)
    writeFileSync(join(directory, 'letter.txt'), '')
    await expect(open().set(key, tokens)).rejects.toEqual(failing('FLYTE_STORE_INSECURE', /letter\.txt.*`directory`/))
    expect(modeOf(directory)).toBe('755')
    chmodSync(directory, 0o700)
    await open().set(key, tokens)
  })

  it('is unavailable where something else is', async () => {
    writeFileSync(directory, '')
    for (const use of [() => open().get(key), () => open().set(key, tokens)]) {
      await expect(use()).rejects.toEqual(failing('FLYTE_STORE_UNAVAILABLE', /is not a directory/))
    }
    directory = join(directory, 'below')
    await expect(open().get(key)).rejects.toEqual(failing('FLYTE_STORE_UNAVAILABLE', /not a directory/))
  })

  it('may vanish: it is made again', async () => {
    const store = open()
    await store.set(key, tokens)
    rmSync(directory, { recursive: true })
    expect(await store.get(key)).toBeUndefined()
    rmSync(directory, { recursive: true })
    await store.delete(key)
    rmSync(directory, { recursive: true })
    await store.set(key, tokens)
    expect(await store.get(key)).toEqual(tokens)
  })

  it('may vanish while the lock is held: the tokens are kept all the same', async () => {
    await open().withLock(key, async (locked) => {
      rmSync(directory, { recursive: true })
      await locked.set(key, tokens)
      rmSync(directory, { recursive: true })
      const writing = locked.set(key, newer)
      rmSync(directory, { recursive: true, force: true })
      await writing
    })
    expect(await open().get(key)).toEqual(newer)
  })
})

describe('what is stored', () => {
  it('says that it is plaintext, in the file and, once a store, in an event', async () => {
    const store = open()
    expect(await store.get(key)).toBeUndefined()
    expect(events).toEqual([])
    await store.set(key, tokens)
    await store.set('another', tokens)
    await store.get(key)
    expect(events).toEqual([{ type: 'store.plaintext', store: 'file', location: path }])
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      format: 'flyte-js token file',
      version: 1,
      encryption: 'none: these tokens are plaintext; the encryptionKey option encrypts them',
      key,
      tokenSet: tokens,
    })
    await open().get(key)
    expect(told('store.plaintext')).toHaveLength(2)
  })

  it('is repaired when others could read it, and that is told', async () => {
    await open().set(key, tokens)
    chmodSync(path, 0o644)
    expect(await open().get(key)).toEqual(tokens)
    expect(modeOf(path)).toBe('600')
    expect(told('store.repaired')).toEqual([
      { type: 'store.repaired', store: 'file', what: expect.stringMatching(/mode 0644.*may have been read/) },
    ])
  })

  it.each([
    ['half written', () => truncateSync(path, 40)],
    ['empty', () => truncateSync(path, 0)],
    ['of somebody else', () => writeFileSync(path, '{"refresh_token":"x"}')],
    ['without tokens', () => writeFileSync(path, JSON.stringify({ format: 'flyte-js token file', version: 1, key }))],
    ['of another key', () => writeFileSync(path, readFileSync(path, 'utf8').replaceAll(key, 'another'))],
    ['too large', () => appendFileSync(path, ' '.repeat(17 * 1024 * 1024))],
    [
      'a directory',
      () => {
        rmSync(path)
        mkdirSync(join(path, 'inside'), { recursive: true })
      },
    ],
  ])('is set aside when it is %s, and counts as absent', async (_, damage) => {
    await open().set(key, tokens)
    damage()
    events = []
    expect(await open().get(key)).toBeUndefined()
    const corrupt = `${await fileName(key)}.json.corrupt-`
    const aside = readdirSync(directory).find((name) => name.startsWith(corrupt))
    expect(events).toEqual([{ type: 'store.corrupt', store: 'file', location: join(directory, `${aside}`) }])
    expect(existsSync(path)).toBe(false)
    await open().set(key, newer)
    expect(await open().get(key)).toEqual(newer)
  })

  it('takes the place of a directory', async () => {
    mkdirSync(join(path, 'inside'), { recursive: true })
    chmodSync(directory, 0o700)
    await open().set(key, tokens)
    expect(await open().get(key)).toEqual(tokens)
    expect(told('store.corrupt')).toHaveLength(1)
  })

  it('leaves at most three that were set aside, and none after it was deleted', async () => {
    const store = open()
    for (let time = 1; time <= 5; time += 1) {
      await store.set(key, tokens)
      truncateSync(path, 40)
      await store.get(key)
    }
    const aside = () => readdirSync(directory).filter((name) => name.includes('.corrupt-'))
    expect(aside()).toHaveLength(3)
    await store.delete(key)
    expect(aside()).toEqual([])
  })

  it('stays when it is of a later format', async () => {
    await open().set(key, tokens)
    const later = readFileSync(path, 'utf8').replace('"version": 1', '"version": 2')
    writeFileSync(path, later)
    await expect(open().get(key)).rejects.toEqual(failing('FLYTE_STORE_READ_FAILED', /has format 2/))
    expect(readFileSync(path, 'utf8')).toBe(later)
  })

  it('is cleared of what crashes have left, but not of what is being written', async () => {
    const store = open()
    await store.set(key, tokens)
    const [left, young, alive] = [
      `${path}.tmp-${2 ** 22 + 1}-a`,
      `${path}.tmp-${2 ** 22 + 1}-b`,
      `${path}.tmp-${process.pid}-c`,
    ]
    for (const each of [left, young, alive]) writeFileSync(each as string, '', { mode: 0o600 })
    for (const each of [left, alive]) utimesSync(each as string, 1000, 1000)
    await store.set(key, tokens)
    expect([left, young, alive].map((each) => existsSync(each as string))).toEqual([false, true, true])
  })

  it.each([
    ['the file', () => symlinkSync(join(root, 'elsewhere'), path), ['get', 'set', 'delete']],
    [
      'the directory',
      () => {
        renameSync(directory, join(root, 'moved'))
        symlinkSync(join(root, 'moved'), directory)
      },
      ['get', 'set', 'delete', 'withLock'],
    ],
    ['the directory of the lock', () => symlinkSync(root, path.replace('.json', '.lock')), ['withLock']],
    [
      'the lock',
      () => {
        mkdirSync(path.replace('.json', '.lock'), { mode: 0o700 })
        symlinkSync(join(root, 'elsewhere'), join(path.replace('.json', '.lock'), '1'))
      },
      ['withLock'],
    ],
  ])('is refused when %s is a symbolic link', async (_, plant, refused) => {
    const store = open()
    await store.set('another', tokens)
    plant()
    const uses = {
      get: () => store.get(key),
      set: () => store.set(key, tokens),
      delete: () => store.delete(key),
      withLock: () => store.withLock(key, async () => {}),
    }
    for (const use of refused as (keyof typeof uses)[]) {
      await expect(uses[use](), use).rejects.toEqual(failing('FLYTE_STORE_INSECURE', /is a symbolic link.*Remove it/))
    }
    expect(existsSync(join(root, 'elsewhere'))).toBe(false)
  })
})

describe('encryption', () => {
  it('shows nothing of the tokens, and says how they are kept', async () => {
    const store = open({ encryptionKey: secret })
    await store.set(key, tokens)
    const text = readFileSync(path, 'utf8')
    expect(text).not.toMatch(/secret|bearer/)
    expect(JSON.parse(text)).toMatchObject({ encryption: 'AES-256-GCM', key })
    expect(await store.get(key)).toEqual(tokens)
    expect(events).toEqual([])
  })

  it.each([
    ['another key', { encryptionKey: `${secret}!` }, /does not open with this encryption key/],
    ['no key', {}, /`encryptionKey`/],
  ])('tells %s from a broken file, and leaves it where it is', async (_, options, message) => {
    await open({ encryptionKey: secret }).set(key, tokens)
    await expect(open(options).get(key)).rejects.toEqual(failing('FLYTE_STORE_DECRYPTION_FAILED', message))
    expect(await open({ encryptionKey: secret }).get(key)).toEqual(tokens)
    expect(events).toEqual([])
  })

  it('reads plaintext that was there before, and encrypts it at the next write', async () => {
    await open().set(key, tokens)
    events = []
    const store = open({ encryptionKey: secret })
    expect(await store.get(key)).toEqual(tokens)
    expect(told('store.plaintext')).toHaveLength(1)
    await store.set(key, tokens)
    expect(readFileSync(path, 'utf8')).not.toContain('secret')
  })

  it('does not open what was moved to another key', async () => {
    await open({ encryptionKey: secret }).set(key, tokens)
    const other = join(directory, `${await fileName('other')}.json`)
    writeFileSync(other, readFileSync(path, 'utf8').replaceAll(key, 'other'), { mode: 0o600 })
    await expect(open({ encryptionKey: secret }).get('other')).rejects.toEqual(failing('FLYTE_STORE_DECRYPTION_FAILED'))
  })

  it('takes its key from a variable, a file or a function', async () => {
    const file = join(root, 'key')
    writeFileSync(file, `${secret}\n`, { mode: 0o600 })
    vi.stubEnv('A_KEY', secret)
    try {
      await open({ encryptionKey: secret }).set(key, tokens)
      for (const encryptionKey of [{ env: 'A_KEY' }, { file }, async () => secret]) {
        expect(await open({ encryptionKey }).get(key)).toEqual(tokens)
      }
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('names what its key is missing from', async () => {
    const set = (encryptionKey: FileStoreOptions['encryptionKey'] & object) => open({ encryptionKey }).set(key, tokens)
    await expect(set({ env: 'NO_SUCH_KEY' })).rejects.toEqual(failing('FLYTE_INVALID_ARGUMENT', /NO_SUCH_KEY/))
    await expect(set({ file: join(root, 'none') })).rejects.toEqual(
      failing('FLYTE_STORE_READ_FAILED', /none cannot be read/),
    )
    await expect(set(async () => 'short')).rejects.toEqual(failing('FLYTE_INVALID_ARGUMENT', /5 characters/))
    expect(() => open({ encryptionKey: 'short' })).toThrow(failing('FLYTE_INVALID_ARGUMENT', /5 characters/))
    expect(existsSync(path)).toBe(false)
  })

  it('asks for its key once, and again after a failure', async () => {
    const ask = vi.fn(async () => secret)
    ask.mockRejectedValueOnce(new Error('locked'))
    const store = open({ encryptionKey: ask })
    await expect(store.set(key, tokens)).rejects.toEqual(failing('FLYTE_STORE_READ_FAILED'))
    await Promise.all([store.set(key, tokens), store.set('another', tokens)])
    await store.get(key)
    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('refuses a key that others can read', async () => {
    const file = join(root, 'key')
    writeFileSync(file, secret)
    for (const mode of [0o644, 0o640, 0o602]) {
      chmodSync(file, mode)
      await expect(open({ encryptionKey: { file } }).set(key, tokens), mode.toString(8)).rejects.toEqual(
        failing('FLYTE_STORE_INSECURE', /can be used by others.*chmod 600/),
      )
    }
  })
})

describe('the lock', () => {
  it('stops the writes of a holder that was taken over from, and what the new one wrote stays', async () => {
    const store = open()
    await store.set(key, tokens)
    await store.withLock(key, async (locked) => {
      const directory = lockDirectory(path.replace('.json', '.lock'), undefined)
      const other = thisHolder()
      expect(directory.begin(directory.wait(other, 0), 2, other)).toBe(true)
      await expect(locked.set(key, newer)).rejects.toEqual(failing('FLYTE_STORE_LOCK_LOST'))
      await expect(locked.delete(key)).rejects.toEqual(failing('FLYTE_STORE_LOCK_LOST'))
      expect(await locked.get(key)).toEqual(tokens)
    })
    expect(readdirSync(directory).filter((name) => name.includes('.tmp-'))).toEqual([])
    expect(await store.get(key)).toEqual(tokens)
  })

  it('gives a view that ends with it', async () => {
    const store = open()
    const kept = await store.withLock(key, async (locked) => locked)
    await expect(kept.get(key)).rejects.toEqual(failing('FLYTE_STORE_LOCK_LOST'))
  })

  it('is let go when the caller has lost interest meanwhile', async () => {
    await expect(open().withLock(key, async () => {}, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough')
    expect(await open().withLock(key, async () => 'free')).toBe('free')
  })

  it('is no symbolic link in the end', async () => {
    await open().withLock(key, async () => {})
    const lock = path.replace('.json', '.lock')
    for (const name of readdirSync(lock)) expect(lstatSync(join(lock, name)).isFile()).toBe(true)
  })
})
