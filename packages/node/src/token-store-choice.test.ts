import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlyteEvent } from '@flyte-js/core'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type TokenStoreChoice, tokenStoreFor } from './token-store-choice.js'

const directory = mkdtempSync(join(tmpdir(), 'flyte-store-choice-'))
afterAll(() => rmSync(directory, { recursive: true }))

const choose = (env: Record<string, string>, more: Partial<TokenStoreChoice> = {}) =>
  tokenStoreFor({ env, isPerson: true, endpoint: 'flyte.example.com', ...more })

describe('where logins live', () => {
  it.each<[string, Record<string, string>, string | undefined, string | undefined]>([
    ['nothing is said', {}, 'first-available', 'file'],
    ['CI', { CI: 'true' }, undefined, undefined],
    ['no CI', { CI: 'false' }, 'first-available', 'file'],
    ['a running workflow', { FLYTE_INTERNAL_EXECUTION_ID: 'f1' }, undefined, undefined],
    ['memory', { FLYTE_JS_TOKEN_STORE: 'memory' }, undefined, undefined],
    ['file, in CI', { FLYTE_JS_TOKEN_STORE: 'FILE', CI: '1' }, 'file', 'file'],
    ['keyring', { FLYTE_JS_TOKEN_STORE: ' keyring ' }, 'keyring', 'keyring'],
    ['Redis', { FLYTE_JS_TOKEN_STORE: 'redis://localhost:6379/1' }, 'redis', 'redis'],
    ['Redis by TLS', { FLYTE_JS_TOKEN_STORE: 'rediss://user:pass@redis.example' }, 'redis', 'redis'],
  ])('%s', async (_, env, ofPerson, ofProgram) => {
    expect((await choose(env))?.name).toBe(ofPerson)
    expect((await choose(env, { isPerson: false }))?.name).toBe(ofProgram)
  })

  it.each(['cloud', 'redis:', 'file,keyring'])('%s is refused, with the words that there are', async (word) => {
    await expect(choose({ FLYTE_JS_TOKEN_STORE: word })).rejects.toMatchObject({
      code: 'FLYTE_CONFIG_INVALID',
      message: expect.stringMatching(/FLYTE_JS_TOKEN_STORE.*memory.*file.*keyring.*redis/),
    })
  })

  it('is a file where there is no keyring, which is told', async () => {
    vi.stubEnv('XDG_DATA_HOME', directory)
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', `unix:path=${join(directory, 'no-bus')}`)
    const events: FlyteEvent[] = []
    const store = await choose({}, { onEvent: (event) => events.push(event) })
    await store?.set('a-key', { accessToken: 'a-token', tokenType: 'bearer' })
    expect(events).toContainEqual({
      type: 'store.fallback',
      from: 'keyring',
      to: 'file',
      code: 'FLYTE_STORE_UNAVAILABLE',
    })
    expect(await (await choose({ FLYTE_JS_TOKEN_STORE: 'file' }))?.get('a-key')).toMatchObject({
      accessToken: 'a-token',
    })
    vi.unstubAllEnvs()
  })
})
