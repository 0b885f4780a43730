import fc from 'fast-check'
import { expect, test } from 'vitest'
import { indentOf, strip, universalNewlines, withoutByteOrderMark } from './python-text.js'

// What `str.isspace()` of Python is true for, of the first 65,536 characters.
const spaces = [
  ...'\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009',
].concat(...'\u200a\u2028\u2029\u202f\u205f\u3000')

test('white space is what Python takes for it', () => {
  const found = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
    (each) => strip(each) === '',
  )
  expect(found).toEqual(spaces)
})

test('strip takes it from both ends and from nowhere else', () => {
  const space = fc.array(fc.constantFrom(...spaces)).map((each) => each.join(''))
  const core = fc.string().map((text) => `a${text}b`)
  fc.assert(
    fc.property(space, core, space, (before, text, after) => {
      expect(strip(before + text + after)).toBe(text)
      expect(indentOf(before + text)).toBe(before.length)
    }),
  )
  expect(strip(' '.repeat(10))).toBe('')
  expect(strip('\uFEFFa')).toBe('\uFEFFa')
})

test('every kind of line break is one', () => {
  expect(universalNewlines('a\r\nb\rc\nd\n\re\x85f\u2028g')).toBe('a\nb\nc\nd\n\ne\x85f\u2028g')
})

test('one byte order mark goes, at the beginning only', () => {
  expect(['\uFEFFa', '\uFEFF\uFEFFa', 'a\uFEFF', ''].map(withoutByteOrderMark)).toEqual(['a', '\uFEFFa', 'a\uFEFF', ''])
})
