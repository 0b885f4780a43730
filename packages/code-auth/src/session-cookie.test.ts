import { createTestClock } from '@flyte-js/testing'
import { describe, expect, it } from 'vitest'
import { cookieKey } from '../test/portal.js'
import { cookieNames } from './cookies.js'
import { createSealer } from './seal.js'
import { createSessionCookies } from './session-cookie.js'

const start = Date.UTC(2026, 0, 1)
const seconds = (count: number) => count * 1000

function setUp(times = { idleTimeout: seconds(100), absoluteTimeout: seconds(1000) }) {
  const clock = createTestClock(start)
  const sealer = createSealer([cookieKey()], clock)
  const names = cookieNames(true)
  const make = (given: typeof times) => createSessionCookies({ isSecure: true, clock, ...given }, { names, sealer })
  const jarOf = (lines: string[]) =>
    new Map(lines.map((line) => line.split(';')[0]?.split(/=(.*)/).slice(0, 2) as [string, string]))
  return { clock, sealer, make, jarOf, cookies: make(times), name: names.session }
}

describe('the cookie of a session', () => {
  it.each([
    ['its idle time', 0, undefined, 100],
    ['its idle time, counted anew', 50, undefined, 150],
    ['its absolute time', 950, undefined, 1000],
    ['the end of what is in it', 0, start + seconds(30), 30],
  ])('has %s inside the seal, and in Max-Age', async (_, after, end, expires) => {
    const { clock, sealer, cookies, jarOf, name } = setUp()
    await clock.advance(seconds(after))
    const lines = await cookies.write({ id: 'x' }, new Map(), end === undefined ? { start } : { start, end })
    const opened = await sealer.open('session', jarOf(lines).get(name) ?? '')
    expect(opened).toMatchObject({ start, expires: start + seconds(expires), content: { id: 'x' } })
    // The browser lets go of it then, and no sooner.
    expect(lines).toEqual([expect.stringMatching(new RegExp(`; SameSite=Lax; Max-Age=${expires - after}$`))])
  })

  it('goes at the same time as all its parts', async () => {
    const { cookies } = setUp()
    const lines = await cookies.write({ id: 'x'.repeat(5000) }, new Map(), { start })
    expect(lines.map((line) => line.split('; ').at(-1))).toEqual(['Max-Age=100', 'Max-Age=100'])
  })

  it('is over at once where the timeouts have become shorter', async () => {
    const { clock, make, jarOf, cookies } = setUp()
    const jar = jarOf(await cookies.write({ id: 'x' }, new Map(), { start }))
    await clock.advance(seconds(60))
    const isThere = async (idle: number, absolute: number) =>
      (await make({ idleTimeout: seconds(idle), absoluteTimeout: seconds(absolute) }).read(jar)) !== undefined
    expect(await isThere(61, 61)).toBe(true)
    expect(await isThere(60, 61)).toBe(false)
    expect(await isThere(61, 60)).toBe(false)
    expect(await isThere(1000, 1000)).toBe(true)
  })

  it('without the time of its last use is none', async () => {
    const { sealer, cookies, name } = setUp()
    const sealed = await sealer.seal('session', { id: 'x' }, { start, expires: start + seconds(100) })
    expect(await cookies.read(new Map([[name, sealed]]))).toBeUndefined()
  })
})
