import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { open, seal } from './seal.js'

const key = randomBytes(32)

test('what was sealed can be opened, for the same purpose and with the same key only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, purpose) => {
      const sealed = seal(text, purpose, key)
      expect(sealed).toMatch(/^[\w-]+$/)
      expect(open(sealed, purpose, key)).toBe(text)
      expect(open(sealed, `${purpose}.`, key)).toBeUndefined()
      expect(open(sealed, purpose, randomBytes(32))).toBeUndefined()
    }),
  )
})

test('what was changed, cut or made up cannot be opened', () => {
  const bytes = Buffer.from(seal('text', 'purpose', key), 'base64url')
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] as number) ^ 1
    expect(open(changed.toString('base64url'), 'purpose', key)).toBeUndefined()
    expect(open(bytes.subarray(0, index).toString('base64url'), 'purpose', key)).toBeUndefined()
  }
  expect(open('not sealed at all', 'purpose', key)).toBeUndefined()
})
