import { expect, test } from 'vitest'
import { messageFromJson } from './json-decoder.js'
import { messageToJson } from './json-encoder.js'
import { type JsonNode, parseJson } from './json-parser.js'

const read = (type: string, text: string, options = {}) =>
  messageFromJson(type, parseJson(text) as JsonNode, text, options)
const primitive = (text: string) => read('flyteidl.core.Primitive', text)

test('fields may be in either case, nulls and defaults are as good as unset', () => {
  const text = '{"resourceType": 1, "project": "", "domain": null, "name": "n"}'
  expect(read('flyteidl.core.Identifier', text)).toEqual({ resource_type: 'TASK', name: 'n' })
})

test('int64 keeps every digit, whether number or string', () => {
  expect(primitive('{"integer": 9007199254740993}')).toEqual({ integer: '9007199254740993' })
  expect(primitive('{"integer": "-9223372036854775808"}')).toEqual({ integer: '-9223372036854775808' })
  expect(primitive('{"integer": 1e3}')).toEqual({ integer: '1000' })
  expect(() => primitive('{"integer": "9223372036854775808"}')).toThrow('invalid value for int64 field integer')
  expect(() => primitive('{"integer": 1.5}')).toThrow('proto: (line 1:13): invalid value for int64 field integer: 1.5')
})

test('a set member of a oneof stays, even with its default', () => {
  expect(primitive('{"boolean": false}')).toEqual({ boolean: false })
  expect(() => primitive('{"boolean": false, "integer": 1}')).toThrow(
    'oneof flyteidl.core.Primitive.value is already set',
  )
})

test('timestamps go to UTC, durations to their shortest form', () => {
  expect(primitive('{"datetime": "2026-01-01T01:00:00.5+01:00"}')).toEqual({ datetime: '2026-01-01T00:00:00.500Z' })
  expect(primitive('{"duration": "-1.25s"}')).toEqual({ duration: '-1.250s' })
  expect(() => primitive('{"duration": "90"}')).toThrow('invalid google.protobuf.Duration value "90"')
})

test('unknown and duplicate fields are refused with their place, or passed over', () => {
  expect(() => read('flyteidl.core.Identifier', '{"name":"n",\n "nope":1}')).toThrow(
    'proto: (line 2:2): unknown field "nope"',
  )
  expect(read('flyteidl.core.Identifier', '{"nope":{"x":[1]}}', { ignoreUnknown: true })).toEqual({})
  expect(() => read('flyteidl.core.Identifier', '{"resource_type":1,"resourceType":1}')).toThrow('duplicate field')
})

test('every field is written, but unset members of a oneof', () => {
  expect(messageToJson('flyteidl.core.Identifier', { name: 'n' }, 'camel')).toEqual({
    resourceType: 'UNSPECIFIED',
    project: '',
    domain: '',
    name: 'n',
    version: '',
    org: '',
  })
  expect(messageToJson('flyteidl.core.Primitive', {}, 'proto')).toEqual({})
  expect(messageToJson('flyteidl.core.Literal', {}, 'proto')).toEqual({ hash: '', metadata: {} })
})
