import { AuthError, type FlyteEvent, type TokenSet, type TokenStore, TokenStoreError } from '@flyte-js/core'
import { createTestClock } from '@flyte-js/testing'
import { memoryStore } from '@flyte-js/token-store'
import { describe, expect, it } from 'vitest'
import { createRenewal } from './renew-session.js'

const tokens = (name: string): TokenSet => ({ accessToken: name, tokenType: 'bearer', refreshToken: `refresh-${name}` })
const lockLost = () => new TokenStoreError('FLYTE_STORE_LOCK_LOST', 'lost', { store: 'test' })

/** A session `old` in a store whose lock is lost so many times, when something is written. */
async function setUp(losses = 0, meanwhile?: (store: TokenStore) => Promise<void>) {
  const memory = memoryStore()
  await memory.set('key', tokens('old'))
  let left = losses
  const write = async (run: () => Promise<void>) => {
    if (left-- <= 0) return run()
    await meanwhile?.(memory)
    throw lockLost()
  }
  const store: TokenStore = {
    ...memory,
    withLock: (key, critical) =>
      memory.withLock(key, (locked) =>
        critical({
          get: locked.get,
          set: (...given) => write(() => locked.set(...given)),
          delete: (...given) => write(() => locked.delete(...given)),
        }),
      ),
  }
  const sent: string[] = []
  const events: FlyteEvent[] = []
  const answers: (TokenSet | Error)[] = []
  const renew = createRenewal({
    store,
    clock: createTestClock(),
    onEvent: (event) => events.push(event),
    async refresh({ refreshToken = '' }) {
      sent.push(refreshToken)
      const answer = answers.shift() ?? tokens('new')
      if (answer instanceof Error) throw answer
      return answer
    },
  })
  return { renew: () => renew('key', tokens('old'), 9000), memory, sent, events, answers }
}

describe('a renewal', () => {
  it('is one for all who ask meanwhile, and stored before anybody has it', async () => {
    const { renew, memory, sent } = await setUp()
    const [first, second] = await Promise.all([renew(), renew()])
    expect(first).toEqual(tokens('new'))
    expect(second).toBe(first)
    expect(await memory.get('key')).toEqual(tokens('new'))
    expect(sent).toEqual(['refresh-old'])
  })

  it('takes what another process has stored, and sends nothing', async () => {
    const { renew, memory, sent } = await setUp()
    await memory.set('key', tokens('theirs'))
    expect(await renew()).toEqual(tokens('theirs'))
    expect(sent).toEqual([])
  })

  it('of a session that was ended meanwhile brings none back', async () => {
    const { renew, memory, sent } = await setUp()
    await memory.delete('key')
    expect(await renew()).toBeUndefined()
    expect(sent).toEqual([])
    expect(await memory.get('key')).toBeUndefined()
  })

  it('whose lock is lost stores what came, and uses no refresh token twice', async () => {
    const { renew, memory, sent } = await setUp(2)
    expect(await renew()).toEqual(tokens('new'))
    expect(await memory.get('key')).toEqual(tokens('new'))
    expect(sent).toEqual(['refresh-old'])
  })

  it('whose lock is lost to one who renewed takes what that one stored', async () => {
    const { renew, memory } = await setUp(1, (store) => store.set('key', tokens('theirs')))
    expect(await renew()).toEqual(tokens('theirs'))
    expect(await memory.get('key')).toEqual(tokens('theirs'))
  })

  it('that is refused because another used the refresh token ends no session', async () => {
    const { renew, memory, events, answers } = await setUp(1, (store) => store.set('key', tokens('theirs')))
    answers.push(new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'no', { oauthError: 'invalid_grant' }))
    expect(await renew()).toEqual(tokens('theirs'))
    expect(await memory.get('key')).toEqual(tokens('theirs'))
    expect(events.filter(({ type }) => type === 'session.ended')).toEqual([])
  })

  it('whose lock is always lost fails, and the next one may succeed', async () => {
    const { renew, memory } = await setUp(3)
    await expect(renew()).rejects.toMatchObject({ code: 'FLYTE_STORE_LOCK_LOST' })
    expect(await memory.get('key')).toEqual(tokens('old'))
    expect(await renew()).toEqual(tokens('new'))
  })

  it('that fails on the way leaves the session, and is told', async () => {
    const { renew, memory, events, answers } = await setUp()
    answers.push(new AuthError('FLYTE_AUTH_SERVER_UNREACHABLE', 'down'))
    await expect(renew()).rejects.toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
    expect(await memory.get('key')).toEqual(tokens('old'))
    expect(events).toMatchObject([{ type: 'token.failed', code: 'FLYTE_AUTH_SERVER_UNREACHABLE' }])
  })
})
