import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryMessage } from '../../test/support/arbitrary-message.js'
import { messageFromBinary } from './binary-decoder.js'
import { messageToBinary } from './binary-encoder.js'
import { messageFromJson } from './json-decoder.js'
import { messageToJson } from './json-encoder.js'
import { type JsonNode, parseJson } from './json-parser.js'

const types = [
  'flyteidl.admin.TaskCreateRequest',
  'flyteidl.admin.WorkflowCreateRequest',
  'flyteidl.admin.LaunchPlan',
  'flyteidl.admin.ExecutionList',
  'flyteidl.core.LiteralMap',
  'flyteidl.service.UserInfoResponse',
]

test.each(types)('%s survives binary and both casings of JSON', (type) => {
  fc.assert(
    fc.property(arbitraryMessage(type), fc.constantFrom('proto' as const, 'camel' as const), (message, casing) => {
      expect(messageFromBinary(type, messageToBinary(type, message))).toEqual(message)
      const text = JSON.stringify(messageToJson(type, message, casing))
      expect(messageFromJson(type, parseJson(text) as JsonNode, text)).toEqual(message)
    }),
    { numRuns: 60 },
  )
})

test('the bytes are those that Go writes', () => {
  const identifier = { resource_type: 'TASK', project: 'p', domain: 'd', name: 'n', version: 'v' }
  const bytes = messageToBinary('flyteidl.core.Identifier', identifier)
  expect(Buffer.from(bytes).toString('hex')).toBe('08011201701a016422016e2a0176')
  expect(messageToBinary('flyteidl.admin.TaskCreateResponse', {})).toHaveLength(0)
  const primitive = { float_value: 1.5 }
  expect(Buffer.from(messageToBinary('flyteidl.core.Primitive', primitive)).toString('hex')).toBe('11000000000000f83f')
})

test('unknown fields are passed over, the last member of a oneof wins, lists may come unpacked', () => {
  // Field 100 is unknown; then integer 5 and string_value "x" of one oneof.
  const bytes = Buffer.from('a2060161' + '0805' + '1a0178', 'hex')
  expect(messageFromBinary('flyteidl.core.Primitive', bytes)).toEqual({ string_value: 'x' })
})

test('what is cut short is refused', () => {
  expect(() => messageFromBinary('flyteidl.core.Identifier', Buffer.from('1205', 'hex'))).toThrow()
  expect(() => messageFromBinary('flyteidl.admin.TaskCreateRequest', Buffer.from('0a0412057878', 'hex'))).toThrow()
})
