import type { FlyteEvent, TokenSet } from '@flyte-js/core'
import { createTestClock } from '@flyte-js/testing'
import { describe, expect, it } from 'vitest'
import type { KeyringEntries } from './keyring-entries.js'
import { loginEntries } from './login-entries.js'

const old: TokenSet = { accessToken: 'a1', tokenType: 'bearer', expiresAt: 1, refreshToken: 'r1', idToken: 'i1' }
const renewed: TokenSet = { accessToken: 'a2', tokenType: 'bearer', expiresAt: 2, refreshToken: 'r2' }

/** Entries in memory. */
function fakeEntries(refuse: (secret: string) => boolean = () => false) {
  const items = new Map<string, string>()
  const done: string[] = []
  const entries: KeyringEntries = {
    read: async (username) => items.get(username),
    async write(username, secret) {
      if (refuse(secret)) throw new Error('refused')
      done.push(username)
      items.set(username, secret)
    },
    async remove(username) {
      if (items.delete(username)) done.push(`-${username}`)
    },
  }
  return { items, done, entries }
}

const open = (entries: KeyringEntries, onEvent?: (event: FlyteEvent) => void) =>
  loginEntries(entries, { clock: createTestClock(), onEvent })

describe('a login over several entries', () => {
  it('is written with what it is about first, the access token last, and then without what it has not', async () => {
    const { entries, done } = fakeEntries()
    const login = open(entries)
    await login.write('k', old)
    done.length = 0
    await login.write('k', renewed)
    expect(done).toEqual(['flyte-js', 'refresh_token', 'access_token', '-id_token'])
    expect((await login.read())?.tokenSet).toEqual(renewed)
  })

  it('does not write again what is there already', async () => {
    const { entries, done } = fakeEntries()
    const login = open(entries)
    await login.write('k', old)
    done.length = 0
    await login.write('k', { ...old, accessToken: 'a2' })
    expect(done).toEqual(['flyte-js', 'access_token'])
  })

  it('is removed with its access token first', async () => {
    const { entries, items, done } = fakeEntries()
    const login = open(entries)
    await login.write('k', old)
    done.length = 0
    await login.remove()
    expect(done).toEqual(['-access_token', '-id_token', '-refresh_token', '-flyte-js'])
    expect(items.size).toBe(0)
  })

  it.each(['a2', 'r2', 'i2'])('is what it was before when the keyring refuses %s of a new one', async (refused) => {
    for (const before of [old, undefined]) {
      const { entries, items } = fakeEntries((secret) => secret === refused)
      const login = open(entries)
      if (before) await login.write('k', before)
      const was = new Map(items)
      await expect(login.write('k', { ...renewed, idToken: 'i2' })).rejects.toThrow('refused')
      expect(items).toEqual(was)
      expect((await login.read())?.tokenSet).toEqual(before)
    }
  })

  it('is read again while somebody writes it, and then taken as it is', async () => {
    const clock = createTestClock()
    const { entries, items } = fakeEntries()
    const login = loginEntries(entries, { clock, onEvent: undefined })
    await login.write('k', old)
    const before = new Map(items)
    await login.write('k', renewed)
    const after = new Map(items)
    for (const [username, secret] of before) if (username !== 'flyte-js') items.set(username, secret)
    items.set('refresh_token', 'r2')
    const reading = login.read()
    await clock.advance(25)
    for (const [username, secret] of after) items.set(username, secret)
    await clock.advance(25)
    expect((await reading)?.tokenSet).toEqual(renewed)

    items.set('access_token', 'of flytekit')
    const settled = login.read()
    await clock.advance(50)
    expect((await settled)?.tokenSet).toMatchObject({ accessToken: 'of flytekit', refreshToken: 'r2' })
  })

  it('says when nobody understands what it is about', async () => {
    const events: FlyteEvent[] = []
    const { entries, items } = fakeEntries()
    items.set('access_token', 'a').set('flyte-js', 'no JSON')
    const login = await open(entries, (event) => events.push(event)).read()
    expect(login).toEqual({ isWhole: true, tokenSet: { accessToken: 'a', tokenType: 'bearer' } })
    expect(events).toEqual([{ type: 'store.corrupt', store: 'keyring' }])
  })
})
