import { expect, it } from 'vitest'
import { randomName } from './random-name.js'

it('is a name that Kubernetes and Flyte Admin take, as long as theirs, and never the same', () => {
  const names = Array.from({ length: 2_000 }, randomName)
  for (const name of names) expect(name).toMatch(/^a[bcdfghjklmnpqrstvwxz2456789]{19}$/)
  expect(new Set(names).size).toBe(names.length)
  // Every letter comes, about as often.
  const letters = new Map<string, number>()
  for (const letter of names.join('')) letters.set(letter, (letters.get(letter) ?? 0) + 1)
  letters.delete('a')
  expect(letters.size).toBe(27)
  for (const count of letters.values()) expect(count).toBeGreaterThan((2_000 * 19) / 27 / 2)
})
