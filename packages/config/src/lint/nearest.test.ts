import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, nearest } from './nearest.js'

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'ab', 1],
  ['ab', 'abc', 1],
  ['abcd', 'abdc', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('from %j to %j it is %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
})

test('it is the same both ways, and nothing only for the same word', () => {
  const word = fc.string({ maxLength: 12 })
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a))
      expect(editDistance(a, b) === 0).toBe(a === b)
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
    }),
  )
})

describe('the nearest name', () => {
  const known = ['admin.endpoint', 'admin.clientId', 'admin.scopes', 'a']

  test.each([
    ['admin.endpiont', 'admin.endpoint'],
    ['admin.ENDPOINT', 'admin.endpoint'],
    ['admin.clientID', 'admin.clientId'],
    ['admin.scope', 'admin.scopes'],
  ])('to %s is %s', (name, suggestion) => {
    expect(nearest('nobody reads it', name, known)).toEqual({
      message: `nobody reads it. Did you mean ${suggestion}?`,
      suggestion,
    })
  })

  test.each(['something else', 'b', ''])('to %j is none', (name) => {
    expect(nearest('nobody reads it', name, known)).toEqual({ message: 'nobody reads it' })
  })
})
