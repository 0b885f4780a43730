import { AuthError, type FlyteEvent } from '@flyte-js/core'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { numberedGrant, settled } from '../test/numbered-grant.js'
import { sharedStore } from '../test/shared-store.js'
import { createTokenManager } from './token-manager.js'

// Several processes that wait for one person.

let clock: TestClock
beforeEach(() => {
  clock = createTestClock()
})

function fleet(count: number) {
  const store = sharedStore()
  const person = numberedGrant(clock, { interactive: true })
  const processes = Array.from({ length: count }, () => {
    const events: FlyteEvent[] = []
    const onEvent = (event: FlyteEvent) => events.push(event)
    return { events, tokens: createTokenManager({ grant: person.grant, store, key: 'key', clock, onEvent }) }
  })
  return { person, processes }
}
const outcomeOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)

describe('processes that need the login of a person', () => {
  it('say that they wait, once it takes more than a moment', async () => {
    const { person, processes } = fleet(2)
    const answer = person.hold()
    const outcomes = processes.map(({ tokens }) => tokens.getToken())
    await settled()
    await clock.advance(999)
    await settled()
    const told = () => processes.map(({ events }) => events.filter(({ type }) => type === 'store.waiting').length)
    expect(told()).toEqual([0, 0])
    await clock.advance(1)
    await settled()
    expect(told()).toEqual([0, 1])
    answer()
    expect(await Promise.all(outcomes)).toMatchObject([{ accessToken: 'token 1' }, { accessToken: 'token 1' }])
    expect(person.log).toEqual(['acquire'])
    await clock.advance(60_000)
    expect(told()).toEqual([0, 1])
    expect(clock.sleeping).toBe(0)
  })

  it('do not ask in their turn where the first has asked in vain', async () => {
    const { person, processes } = fleet(5)
    const answer = person.hold()
    const outcomes = processes.map(({ tokens }) => outcomeOf(tokens.getToken()))
    await settled()
    await clock.advance(120_000)
    person.fail(new AuthError('FLYTE_AUTH_LOGIN_TIMEOUT', 'nobody'))
    answer()
    const [first, ...others] = await Promise.all(outcomes)
    expect(first).toMatchObject({ message: 'nobody' })
    for (const other of others)
      expect(other).toMatchObject({
        code: 'FLYTE_AUTH_LOGIN_TIMEOUT',
        message: expect.stringMatching(/Another process.*call login\(\)/),
      })
    expect(person.log).toEqual(['acquire'])
  })

  it('ask where the one before them was soon gone, or where somebody calls login()', async () => {
    const { person, processes } = fleet(2)
    const answer = person.hold()
    person.fail(new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'no'))
    const outcomes = processes.map(({ tokens }) => outcomeOf(tokens.getToken()))
    await settled()
    await clock.advance(10_000)
    answer()
    expect(await Promise.all(outcomes)).toMatchObject([{ message: 'no' }, { message: 'no' }])
    expect(person.log).toEqual(['acquire', 'acquire'])

    const again = person.hold()
    const logins = processes.map(({ tokens }) => outcomeOf(tokens.login()))
    await settled()
    await clock.advance(120_000)
    again()
    await Promise.all(logins)
    expect(person.log).toHaveLength(4)
  })
})
