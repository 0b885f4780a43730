import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseStoredTokenSet } from './node/stored-token-set.js'
import { readTokenSet } from './read-token-set.js'

const fields = ['accessToken', 'tokenType', 'expiresAt', 'refreshToken', 'idToken', 'scope', 'issuer', 'other'] as const
/** Mostly right, often wrong in one place, sometimes not even an object. */
const stored = fc.oneof(
  fc.record(
    Object.fromEntries(
      fields.map((field) => [
        field,
        fc.oneof({ weight: 8, arbitrary: field === 'expiresAt' ? fc.double() : fc.string() }, fc.jsonValue()),
      ]),
    ),
    { requiredKeys: ['accessToken', 'tokenType'] },
  ),
  fc.jsonValue(),
  fc.anything(),
)

test('it takes what the validator of the other stores takes, and gives the same', () => {
  let taken = 0
  fc.assert(
    fc.property(stored, (value) => {
      const expected = parseStoredTokenSet(value)
      if (expected) taken += 1
      expect(readTokenSet(value)).toEqual(expected)
    }),
    { numRuns: 2000 },
  )
  expect(taken).toBeGreaterThan(100)
})
