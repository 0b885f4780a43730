import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redisKeys } from './redis-keys.js'

/** What decides the slot: the text between the first brace and the next closing one, if there is any. */
const hashTag = (name: string) => /\{([^}]+)\}/.exec(name.slice(name.indexOf('{')))?.[1]

describe('the names of keys', () => {
  it('say what they are', () => {
    expect(redisKeys('flyte-js:', 'flyte.example.com')).toEqual({
      value: 'flyte-js:{token:flyte.example.com}',
      lock: 'flyte-js:{token:flyte.example.com}:lock',
      fence: 'flyte-js:{token:flyte.example.com}:fence',
      aside: 'flyte-js:{token:flyte.example.com}:corrupt',
    })
  })

  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('{', '}', ':lock', '\\', '"', '\u0000', '\ud800', '\udc00', '\\ud800') }),
  )

  it('are in one slot for one key, and survive UTF-8', () => {
    fc.assert(
      fc.property(text, (key) => {
        const names = Object.values(redisKeys('p:', key))
        expect(new Set(names.map(hashTag)).size).toBe(1)
        expect(hashTag(names[0] ?? '')).toMatch(/^token:/)
        for (const name of names) expect(Buffer.from(name).toString()).toBe(name)
      }),
    )
  })

  it('of two keys never meet', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        fc.pre(one !== other)
        const names = [redisKeys('p:', one), redisKeys('p:', other)].flatMap((keys) => Object.values(keys))
        expect(new Set(names).size).toBe(8)
      }),
    )
  })
})
