import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FlyteEvent, TokenSet } from '@flyte-js/core'
import { tokenStoreContract } from '@flyte-js/testing/token-store-contract'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keyringStore } from '../src/node/keyring.js'
import { canary, everythingOf } from './canaries.js'
import { type KeyringSession, startKeyringSession } from './keyring-session.js'
import { startModule } from './node-process.js'

const service = 'flyte.example.com'
const tokens: TokenSet = {
  accessToken: `${canary}-access`,
  tokenType: 'bearer',
  expiresAt: 1_900_000_000_000,
  refreshToken: `${canary}-refresh`,
  idToken: `${canary}-id`,
  scope: 'all offline',
  issuer: 'https://flyte.example.com',
}
const events: FlyteEvent[] = []
const usernames = ['access_token', 'refresh_token', 'id_token', 'flyte-js']
let session: KeyringSession

const open = () => keyringStore({ endpoint: service, onEvent: (event) => void events.push(event) })

/** How many items there are, in the order of `usernames`. */
const counts = () => Promise.all(usernames.map((username) => session.count(service, username)))

const setByPython = (username: string, secret: string) =>
  session.python('import keyring, sys; keyring.set_password(*sys.argv[1:]); print("null")', service, username, secret)

const getByPython = (username: string) =>
  session.python('import keyring, json, sys; print(json.dumps(keyring.get_password(*sys.argv[1:])))', service, username)

/** Flytekit's own class. */
const flytekit = {
  store: (access: string, refresh?: string, id?: string) =>
    session.python(
      `
import json, sys
from flytekit.clients.auth.keyring import Credentials, KeyringStore
access, refresh, id = json.loads(sys.argv[2])
KeyringStore.store(Credentials(access, refresh, sys.argv[1], id_token=id))
print("null")`,
      service,
      JSON.stringify([access, refresh ?? null, id ?? null]),
    ),
  retrieve: () =>
    session.python(
      `
import json, sys
from flytekit.clients.auth.keyring import KeyringStore
found = KeyringStore.retrieve(sys.argv[1])
print(json.dumps(found and [found.access_token, found.refresh_token, found.id_token]))`,
      service,
    ),
  delete: () =>
    session.python(
      'import sys; from flytekit.clients.auth.keyring import KeyringStore; KeyringStore.delete(sys.argv[1]); print("null")',
      service,
    ),
}

beforeAll(async () => {
  session = await startKeyringSession()
  // Seen by the native module too, since the tests of a file run in a process of their own.
  Object.assign(process.env, session.environment)
})
afterAll(() => session.stop())
beforeEach(async () => {
  for (const username of usernames) await session.secretTool('clear', 'service', service, 'username', username)
  events.length = 0
})
afterEach(async () => {
  expect(everythingOf(events)).not.toContain(canary)
  // No test leaves two items of one name.
  expect(Math.max(...(await counts()))).toBeLessThanOrEqual(1)
})

describe('the keyring store', () => {
  for (const { name, run } of tokenStoreContract({ open, singleKey: true })) it(name, run)
})

describe("Python's keyring", () => {
  it('reads what Node has set, and Node what Python has set', async () => {
    await open().set('k', tokens)
    expect(await getByPython('access_token')).toBe(tokens.accessToken)
    expect(await getByPython('refresh_token')).toBe(tokens.refreshToken)
    expect(await getByPython('id_token')).toBe(tokens.idToken)
    await setByPython('access_token', 'access of Python ✓ "\'\\')
    expect((await open().get('k'))?.accessToken).toBe('access of Python ✓ "\'\\')
  })

  it('sets what Node has set before, and Node gets it: one item, not two', async () => {
    await open().set('k', tokens)
    for (const username of usernames.slice(0, 3)) await setByPython(username, `${username} of Python`)
    expect(await counts()).toEqual([1, 1, 1, 1])
    expect(await open().get('k')).toEqual({
      accessToken: 'access_token of Python',
      tokenType: 'bearer',
      refreshToken: 'refresh_token of Python',
      idToken: 'id_token of Python',
    })
    await open().set('k', tokens)
    expect(await getByPython('access_token')).toBe(tokens.accessToken)
    expect(await counts()).toEqual([1, 1, 1, 1])
    expect(events).toEqual([])
  })

  it('sets first, then Node, then Python: one item', async () => {
    await setByPython('access_token', 'first')
    await open().set('k', tokens)
    await setByPython('access_token', 'third')
    expect((await open().get('k'))?.accessToken).toBe('third')
    expect(await counts()).toEqual([1, 1, 1, 1])
  })
})

describe('flytekit', () => {
  it('takes up the login of flyte-js', async () => {
    await open().set('k', tokens)
    expect(await flytekit.retrieve()).toEqual([tokens.accessToken, tokens.refreshToken, tokens.idToken])
  })

  it('hands its login on to flyte-js, for any key, without an expiry', async () => {
    await flytekit.store('access', 'refresh', 'id')
    const login = { accessToken: 'access', tokenType: 'bearer', refreshToken: 'refresh', idToken: 'id' }
    expect(await open().get('any key')).toEqual(login)
    expect(await open().get('any other')).toEqual(login)
  })

  it('renews the login of flyte-js, whose details are believed no more', async () => {
    await open().set('k', tokens)
    await flytekit.store('renewed', 'rotated')
    expect(await open().get('other key')).toEqual({
      accessToken: 'renewed',
      tokenType: 'bearer',
      refreshToken: 'rotated',
      idToken: tokens.idToken,
    })
  })

  it('renews the access token alone: the refresh token is still known to be of its issuer', async () => {
    await open().set('k', tokens)
    await flytekit.store('renewed')
    expect(await open().get('k')).toEqual({
      accessToken: 'renewed',
      tokenType: 'bearer',
      refreshToken: tokens.refreshToken,
      idToken: tokens.idToken,
      issuer: tokens.issuer,
    })
  })

  it('has its login renewed by flyte-js', async () => {
    await flytekit.store('access', 'refresh', 'id')
    await open().set('k', tokens)
    expect(await flytekit.retrieve()).toEqual([tokens.accessToken, tokens.refreshToken, tokens.idToken])
    expect(await open().get('k')).toEqual(tokens)
  })

  it('and flyte-js end each other’s login', async () => {
    await open().set('k', tokens)
    await flytekit.delete()
    expect(await open().get('k')).toBeUndefined()
    await flytekit.store('access', 'refresh')
    await open().delete('k')
    expect(await flytekit.retrieve()).toBeNull()
    expect(await counts()).toEqual([0, 0, 0, 0])
  })
})

describe('one login an endpoint', () => {
  it('is not given to another key, not deleted by it, and replaced by it', async () => {
    const store = open()
    await store.set('mine', tokens)
    expect(await store.get('other')).toBeUndefined()
    await store.delete('other')
    expect(await store.get('mine')).toEqual(tokens)
    await store.set('other', { accessToken: 'b', tokenType: 'bearer' })
    expect(await store.get('mine')).toBeUndefined()
    expect(await counts()).toEqual([1, 0, 0, 1])
  })

  it('is not that of another endpoint', async () => {
    await open().set('k', tokens)
    expect(await keyringStore({ endpoint: `${service}:443` }).get('k')).toBeUndefined()
  })
})

describe('two entries of one name', () => {
  /** The naive way: an item without the attributes of Python's, which Python doubles. */
  const pair = async (username: string, first: string, second: string) => {
    await session.store(['service', service, 'username', username], first)
    await setByPython(username, second)
    expect(await session.count(service, username)).toBe(2)
  }

  it('are made one when they are read, with what Python has written last', async () => {
    await pair('access_token', 'old', 'new\nmodified = 2099-01-01 00:00:00')
    expect((await open().get('k'))?.accessToken).toBe('new\nmodified = 2099-01-01 00:00:00')
    const what = 'two entries for access_token made one'
    expect(events).toEqual([{ type: 'store.repaired', store: 'keyring', what }])
    await setByPython('access_token', 'newer')
    expect(await counts()).toEqual([1, 0, 0, 0])
    expect((await open().get('k'))?.accessToken).toBe('newer')
  })

  it('are made one when they are written', async () => {
    await pair('refresh_token', 'old', 'new')
    await open().set('k', tokens)
    expect(await open().get('k')).toEqual(tokens)
    expect(await getByPython('refresh_token')).toBe(tokens.refreshToken)
  })

  it('are both deleted', async () => {
    await setByPython('access_token', 'access')
    await pair('id_token', 'old', 'new')
    await open().delete('k')
    expect(await counts()).toEqual([0, 0, 0, 0])
  })

  it('come of a write without secret-tool and one by Python, and are made one with it', async () => {
    const env = { ...session.environment, PATH: '/nowhere' }
    const child = startModule(
      `
      import { keyringStore } from '@flyte-js/token-store/keyring'
      await keyringStore({ endpoint: process.argv[1] }).set('k', { accessToken: 'naive', tokenType: 'bearer' })
      `,
      [service],
      { env },
    )
    await child.ended
    await setByPython('access_token', 'of Python')
    expect(await session.count(service, 'access_token')).toBe(2)
    expect((await open().get('k'))?.accessToken).toBe('of Python')
  })

  it('keep the one that was written last, by whomever', async () => {
    await setByPython('access_token', 'older')
    // Items have times in whole seconds: the next one must have begun.
    const second = () => Math.floor(Date.now() / 1000)
    const written = second()
    await expect.poll(second, { timeout: 2000 }).toBeGreaterThan(written)
    await session.store(['service', service, 'username', 'access_token', 'of', 'another program'], 'newer')
    expect((await open().get('k'))?.accessToken).toBe('newer')
  })
})

describe('our own entry', () => {
  it('is said to be corrupt when nobody understands it, and written over', async () => {
    await setByPython('access_token', 'access')
    await session.store(['service', service, 'username', 'flyte-js'], '{"version":99}')
    const store = open()
    expect(await store.get('k')).toEqual({ accessToken: 'access', tokenType: 'bearer' })
    expect(events).toEqual([{ type: 'store.corrupt', store: 'keyring' }])
    await store.set('k', tokens)
    expect(await store.get('k')).toEqual(tokens)
  })

  it('holds no token', async () => {
    await open().set('k', tokens)
    const text = await session.secretTool('lookup', 'service', service, 'username', 'flyte-js')
    expect(text).toContain('all offline')
    expect(text).not.toContain(canary)
  })
})

describe('the lock', () => {
  const increment = `
    import { createInterface } from 'node:readline'
    import { keyringStore } from '@flyte-js/token-store/keyring'
    const store = keyringStore({ endpoint: '${service}' })
    console.log('ready')
    for await (const _ of createInterface({ input: process.stdin })) break
    await store.withLock('k', async (locked) => {
      const { accessToken } = (await locked.get('k')) ?? { accessToken: '0' }
      await locked.set('k', { accessToken: String(Number(accessToken) + 1), tokenType: 'bearer' })
    })
    process.exit()
  `

  it('lets one process in at a time, of ten that come at once', { timeout: 60_000 }, async () => {
    await open().set('k', { accessToken: '0', tokenType: 'bearer' })
    const { environment } = session
    const members = Array.from({ length: 10 }, () => startModule(increment, [], { env: environment }))
    await Promise.all(members.map((member) => member.line()))
    for (const member of members) member.process.stdin?.write('now\n')
    await Promise.all(members.map((member) => member.ended))
    expect((await open().get('k'))?.accessToken).toBe('10')
  })

  it('that another has taken over lets nothing be written any more', async () => {
    await open().set('k', tokens)
    const directory = join(session.environment.XDG_DATA_HOME ?? '', 'flyte-js/locks')
    const error = await open()
      .withLock('k', async (locked) => {
        const [lock = ''] = await readdir(directory)
        await writeFile(join(directory, lock, '1000'), '', { mode: 0o600 })
        await locked.set('k', { ...tokens, accessToken: 'too late' })
      })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'FLYTE_STORE_LOCK_LOST' })
    expect(await open().get('k')).toEqual(tokens)
    await rm(directory, { recursive: true })
  })
})

describe('a keyring that cannot be used', () => {
  const source = `
    import { inspect } from 'node:util'
    import { keyringStore } from '@flyte-js/token-store/keyring'
    const store = keyringStore({ endpoint: 'flyte.example.com', timeout: 5000 })
    const tokens = { accessToken: '${canary}', tokenType: 'bearer', refreshToken: '${canary}' }
    for (const use of [() => store.get('k'), () => store.set('k', tokens), () => store.delete('k')]) {
      const error = await use().then(() => undefined, (error) => error)
      console.log([error?.code, inspect(error, { depth: 9 }).includes('${canary}')].join(' '))
    }
  `
  const codes = async (environment: NodeJS.ProcessEnv) => {
    const start = performance.now()
    const child = startModule(source, [], { env: environment })
    const lines = [await child.line(), await child.line(), await child.line()]
    await child.ended
    return { lines, seconds: (performance.now() - start) / 1000 }
  }
  const refused = Array.from({ length: 3 }, () => 'FLYTE_STORE_UNAVAILABLE false')

  it('since there is no D-Bus is unavailable at once', async () => {
    const { DBUS_SESSION_BUS_ADDRESS: _, XDG_RUNTIME_DIR: __, ...environment } = session.environment
    const { lines, seconds } = await codes(environment)
    expect(lines).toEqual(refused)
    expect(seconds).toBeLessThan(5)
  })

  it('since it is locked and nobody can be asked is unavailable, and says so soon', async () => {
    await open().set('k', tokens)
    await session.lock()
    const { lines, seconds } = await codes(session.environment)
    expect(lines).toEqual(refused)
    expect(seconds).toBeLessThan(10)
    await session.stop()
    session = await startKeyringSession()
    Object.assign(process.env, session.environment)
  })

  it('since secret-tool is missing is not such a one: it makes entries its own way', async () => {
    expect((await codes({ ...session.environment, PATH: '/nowhere' })).lines).toEqual(
      Array.from({ length: 3 }, () => ' false'),
    )
  })
})
