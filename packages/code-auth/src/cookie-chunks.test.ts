import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinValue, mostChunks, presentChunks, splitValue } from './cookie-chunks.js'

const value = fc
  .integer({ min: 0, max: 12_000 })
  .chain((length) => fc.constantFrom('a', 'Zz', '~2', 'x.y_-').map((each) => each.repeat(length).slice(0, length)))

/** What a browser has after these were set, one after another. */
const jarOf = (...sets: (readonly (readonly [string, string])[] | undefined)[]) =>
  new Map(sets.flatMap((parts) => [...(parts ?? [])]))

describe('a value in several cookies', () => {
  it('comes together as it was, or is said to be too long', () => {
    fc.assert(
      fc.property(value, (whole) => {
        fc.pre(!/^\d~/.test(whole))
        const parts = splitValue('s', whole)
        if (parts === undefined) return whole.length > 3800 * mostChunks - 3
        for (const [name, text] of parts) expect(`${name}=${text}`.length).toBeLessThan(3_900)
        expect(joinValue(jarOf(parts), 's')).toBe(whole)
        expect(presentChunks(jarOf(parts), 's')).toEqual(parts.map(([name]) => name))
        return true
      }),
    )
  })

  it('is not mixed with what a longer one left behind', () => {
    fc.assert(
      fc.property(value, value, (before, after) => {
        fc.pre(!/^\d~/.test(after))
        const [old, parts] = [splitValue('s', before), splitValue('s', after)]
        if (old === undefined || parts === undefined) return
        expect(joinValue(jarOf(old, parts), 's')).toBe(after)
      }),
    )
  })

  it('is none where a part is missing, or their number is nonsense', () => {
    const parts = splitValue('s', 'x'.repeat(9_000)) ?? []
    expect(parts.map(([name]) => name)).toEqual(['s', 's-2', 's-3'])
    for (const missing of parts) expect(joinValue(jarOf(parts.filter((each) => each !== missing)), 's')).toBeUndefined()
    for (const nonsense of ['0~x', '1~x', '9~x']) expect(joinValue(new Map([['s', nonsense]]), 's')).toBeUndefined()
    expect(joinValue(new Map(), 's')).toBeUndefined()
  })
})
