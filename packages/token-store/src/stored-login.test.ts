import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isNewer, readStoredLogin, renewLogin, type StoredLogin } from './stored-login.js'

const tokenSet = (accessToken: string) => ({ accessToken, tokenType: 'bearer' })
const first = renewLogin(undefined, tokenSet('first'), { lineage: 'a', now: 1000 })

test('a renewal keeps the lineage, and is newer even where the clock stands back', () => {
  expect(first).toEqual({ lineage: 'a', version: 1000, tokenSet: tokenSet('first') })
  expect(renewLogin(first, tokenSet('x'), { lineage: 'b', now: 2000 })).toMatchObject({ lineage: 'a', version: 2000 })
  expect(renewLogin(first, tokenSet('x'), { lineage: 'b', now: 10 })).toMatchObject({ lineage: 'a', version: 1001 })
})

test('a login of another lineage is never newer', () => {
  const other = renewLogin(undefined, tokenSet('other'), { lineage: 'b', now: 9000 })
  expect(isNewer(other, first)).toBe(false)
  expect(isNewer(other, undefined)).toBe(false)
})

test.each([
  undefined,
  null,
  'text',
  [],
  {},
  { ...first, version: '1000' },
  { ...first, version: 1.5 },
  { ...first, version: Number.POSITIVE_INFINITY },
  { ...first, lineage: 7 },
  { ...first, tokenSet: {} },
  first.tokenSet,
])('%j is no login', (value) => {
  expect(readStoredLogin(value)).toBeUndefined()
})

test('what was written is read again', () => {
  expect(readStoredLogin(JSON.parse(JSON.stringify(first)))).toEqual(first)
})

/** Renewals in some tab, and messages between two of them, that arrive late, twice, in any order, or not at all. */
const step = fc.oneof(
  fc.record({ renew: fc.nat(3), now: fc.integer({ min: 0, max: 3000 }) }),
  fc.record({ deliver: fc.nat(), to: fc.nat(3) }),
)

test('twins never go back, and all have the latest once they have heard of it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tabs: StoredLogin[] = Array(4).fill(first)
      const sent: StoredLogin[] = [first]
      const hear = (tab: number, login: StoredLogin) => {
        if (isNewer(login, tabs[tab])) tabs[tab] = login
      }
      for (const [index, each] of steps.entries()) {
        const before = tabs.map(({ version }) => version)
        if ('renew' in each) {
          // Under the lock: the tab has heard of everything before it renews.
          for (const login of sent) hear(each.renew, login)
          const renewed = renewLogin(tabs[each.renew], tokenSet(String(index)), { lineage: 'z', now: each.now })
          tabs[each.renew] = renewed
          expect(sent.every(({ version }) => version < renewed.version)).toBe(true)
          sent.push(renewed)
        } else hear(each.to, sent[each.deliver % sent.length] as StoredLogin)
        expect(tabs.every(({ version }, tab) => version >= (before[tab] as number))).toBe(true)
      }
      for (let tab = 0; tab < 4; tab += 1) for (const login of sent) hear(tab, login)
      expect(new Set(tabs.map((login) => login.tokenSet.accessToken))).toEqual(
        new Set([sent.at(-1)?.tokenSet.accessToken]),
      )
    }),
  )
})
