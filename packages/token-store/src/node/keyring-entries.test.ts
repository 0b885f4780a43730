import { describe, expect, it } from 'vitest'
import { type Entry, keyringEntries } from './keyring-entries.js'
import type { SecretTool } from './secret-tool.js'

/** A keyring in memory, and what happens to it. */
function fakeKeyring({ limit = Number.POSITIVE_INFINITY }: { limit?: number } = {}) {
  const items = new Map<string, string>()
  const created: string[] = []
  const secretTool: SecretTool = {
    async create(_service, username) {
      created.push(username)
      items.set(username, '')
      return true
    },
    newest: async () => 'newest',
    async clear(_service, username) {
      items.delete(username)
    },
  }
  const entry = (username: string): Entry => ({
    getPassword: async () => items.get(username) ?? null,
    async setPassword(secret) {
      if (secret.length > limit) throw new Error(`Attribute 'password' is longer than platform limit of ${limit} chars`)
      items.set(username, secret)
    },
    deleteCredential: async () => items.delete(username),
  })
  return { items, created, secretTool, load: async () => (_service: string, username: string) => entry(username) }
}

const enoent = Object.assign(new Error('spawn secret-tool ENOENT'), { code: 'ENOENT' })
const missingTool: SecretTool = {
  create: async () => false,
  newest: () => Promise.reject(enoent),
  clear: () => Promise.reject(enoent),
}
const failing = (message: string) => async () => () => {
  const fail = () => Promise.reject(new Error(message))
  return { getPassword: fail, setPassword: fail, deleteCredential: fail }
}
const options = { service: 's', timeout: 1000, platform: 'linux' } as const

describe('entries', () => {
  it('are made by secret-tool on Linux when they are new and flytekit’s, and nowhere else', async () => {
    const keyring = fakeKeyring()
    const entries = keyringEntries({ ...options, ...keyring })
    await entries.write('access_token', 'a')
    await entries.write('access_token', 'b')
    await entries.write('flyte-js', 'c', { isOwn: true })
    expect(keyring.created).toEqual(['access_token'])
    expect([...keyring.items]).toEqual([
      ['access_token', 'b'],
      ['flyte-js', 'c'],
    ])
    for (const platform of ['darwin', 'win32'] as const) {
      const other = fakeKeyring()
      await keyringEntries({ ...options, ...other, platform }).write('access_token', 'a')
      expect(other.created).toEqual([])
      expect(other.items.get('access_token')).toBe('a')
    }
  })

  it('that are empty are none: they are about to be written', async () => {
    const keyring = fakeKeyring()
    keyring.items.set('access_token', '')
    expect(await keyringEntries({ ...options, ...keyring }).read('access_token')).toBeUndefined()
  })

  it('are made without secret-tool where it is not installed', async () => {
    const keyring = fakeKeyring()
    const entries = keyringEntries({ ...options, ...keyring, secretTool: missingTool })
    await entries.write('access_token', 'a')
    expect(await entries.read('access_token')).toBe('a')
  })

  it('of one name, without secret-tool, are an error that says what to install', async () => {
    const load = failing('Entry is matched by 2 credentials: […]')
    const entries = keyringEntries({ ...options, load, secretTool: missingTool })
    const refused = (code: string) =>
      expect.objectContaining({ code, message: expect.stringContaining('libsecret-tools') })
    await expect(entries.read('access_token')).rejects.toEqual(refused('FLYTE_STORE_READ_FAILED'))
    await expect(entries.write('access_token', 'a')).rejects.toEqual(refused('FLYTE_STORE_WRITE_FAILED'))
    await expect(entries.remove('access_token')).rejects.toEqual(refused('FLYTE_STORE_WRITE_FAILED'))
  })

  it('of one name are not cleared while nobody knows which is newer', async () => {
    const keyring = fakeKeyring()
    const load = failing('Entry is matched by 2 credentials: […]')
    const cleared: string[] = []
    const secretTool: SecretTool = {
      ...keyring.secretTool,
      newest: async () => undefined,
      clear: async (_, username) => void cleared.push(username),
    }
    const entries = keyringEntries({ ...options, load, secretTool })
    await expect(entries.read('access_token')).rejects.toMatchObject({ code: 'FLYTE_STORE_READ_FAILED' })
    expect(cleared).toEqual([])
  })

  it('that are too long are an error of writing', async () => {
    const entries = keyringEntries({ ...options, ...fakeKeyring({ limit: 10 }), platform: 'win32' })
    await expect(entries.write('access_token', 'canary'.repeat(9))).rejects.toMatchObject({
      code: 'FLYTE_STORE_WRITE_FAILED',
      message: expect.not.stringContaining('canary'),
    })
  })

  it.each([
    'Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled at compile time',
    "Couldn't access platform storage: Secret Service: unlock prompt was dismissed",
    "Couldn't access platform secure storage: User interaction is not allowed.",
  ])('of a keyring that cannot be used (%s) are unavailable', async (message) => {
    const entries = keyringEntries({ ...options, load: failing(message) })
    for (const call of [entries.read('u'), entries.write('u', 'a'), entries.remove('u')])
      await expect(call).rejects.toMatchObject({ code: 'FLYTE_STORE_UNAVAILABLE' })
  })
})

describe('a keyring that does not answer', () => {
  it('is unavailable after the timeout, asked nothing more meanwhile, and used again when it has answered', async () => {
    let asked = 0
    let answer = (_secret: string | null) => {}
    const hanging: Entry = {
      getPassword: () => {
        asked += 1
        return new Promise((resolve) => {
          answer = resolve
        })
      },
      setPassword: async () => {},
      deleteCredential: async () => true,
    }
    const entries = keyringEntries({ ...options, timeout: 10, load: async () => () => hanging })
    for (let time = 0; time < 3; time += 1)
      await expect(entries.read('u')).rejects.toMatchObject({ code: 'FLYTE_STORE_UNAVAILABLE' })
    expect(asked).toBe(1)
    answer('late')
    await new Promise((resolve) => setImmediate(resolve))
    const reading = entries.read('u')
    await expect.poll(() => asked).toBe(2)
    answer('now')
    expect(await reading).toBe('now')
  })
})
