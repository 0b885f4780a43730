import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, it } from 'vitest'
import { cutLine } from './cut-line.js'

it.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['\u001b[31mabcd\u001b[0m', 3, '\u001b[31mab…\u001b[0m'],
  ['\u001b[31mabc\u001b[0m', 3, '\u001b[31mabc\u001b[0m'],
  ['日本語', 4, '日…'],
])('%j in %i', (line, width, expected) => {
  expect(cutLine(line, width)).toBe(expected)
})

it('is never wider, and ends every colour that it begins', () => {
  const part = fc.oneof(
    fc.constantFrom('\u001b[32m', '\u001b[0m', '日', 'e\u0301'),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(part), fc.integer({ min: 1, max: 20 }), (parts, width) => {
      const line = parts.join('').replaceAll('\n', '')
      const cut = cutLine(line, width)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
      const colours = (text: string) => text.match(/\u001b\[\d+m/g)?.join('')
      expect(stringWidth(cut)).toBeLessThanOrEqual(width)
      expect(colours(cut)).toBe(colours(line))
    }),
  )
})
