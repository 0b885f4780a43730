import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type JsonNode, jsonValueOf, parseJson } from './json-parser.js'

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(jsonValueOf(parseJson(text) as JsonNode)).toEqual(JSON.parse(text))
    }),
  )
})

test('refuses what JSON.parse refuses, but for what comes after the value', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:0123456789.eE+-truefalsn \\u') }), (text) => {
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      if (isJson) expect(() => parseJson(text)).not.toThrow()
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['{not json', `invalid character 'n' looking for beginning of object key string`],
  ['*', `invalid character '*' looking for beginning of value`],
  ['{"a" 1}', `invalid character '1' after object key`],
  ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
  ['[1 2]', `invalid character '2' after array element`],
  ['nul', 'unexpected EOF'],
  ['nil', `invalid character 'i' in literal null (expecting 'u')`],
  ['{"a":-}', `invalid character '}' in numeric literal`],
  [`{'a':1}`, `invalid character '\\'' looking for beginning of object key string`],
  ['"a\nb"', `invalid character '\\n' in string literal`],
  ['"\\q"', `invalid character 'q' in string escape code`],
  ['{"a"', 'unexpected EOF'],
])('%s is refused in the words of Go', (text, message) => {
  expect(() => parseJson(text)).toThrow(message)
})

test('an empty text is no value, and what comes after a value is left alone', () => {
  expect(parseJson(' \n')).toBeUndefined()
  expect(jsonValueOf(parseJson('{"a":1} garbage') as JsonNode)).toEqual({ a: 1 })
})
