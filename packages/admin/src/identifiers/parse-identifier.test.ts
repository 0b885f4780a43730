import type { Identifier } from '@flyte-js/idl'
import fc from 'fast-check'
import { expect, expectTypeOf, it } from 'vitest'
import { formatIdentifier } from './format-identifier.js'
import { parseIdentifier } from './parse-identifier.js'

const refused = expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' })

it.each([
  ['lp:p:d:a.b:v1', 'LAUNCH_PLAN', 'a.b'],
  ['wf:p:d:a:v1', 'WORKFLOW', 'a'],
  ['tsk:p:d:a:b::c:v1', 'TASK', 'a:b::c'],
])('%s', (text, resource_type, name) => {
  const identifier = { resource_type, project: 'p', domain: 'd', name, version: 'v1', org: '' }
  expect(parseIdentifier(text)).toEqual(identifier)
  expect(formatIdentifier(identifier as Identifier)).toBe(text)
})

it('ex:p:d:f1 is an execution', () => {
  const identifier = { project: 'p', domain: 'd', name: 'f1', org: '' }
  expect(parseIdentifier('ex:p:d:f1')).toEqual(identifier)
  expect(formatIdentifier(identifier)).toBe('ex:p:d:f1')
})

it('the prefix says what it is, also to the compiler', () => {
  expectTypeOf(parseIdentifier('lp:p:d:a:v1')).toHaveProperty('version')
  expectTypeOf(parseIdentifier('ex:p:d:f1')).not.toHaveProperty('version')
})

it.each([
  '',
  'lp',
  'lp:p:d:a',
  'lp:p:d::v1',
  'lp:p:d:a:',
  'lp::d:a:v1',
  'lp:p::a:v1',
  'LP:p:d:a:v1',
  'xx:p:d:a:v1',
  'toString:p:d:a:v1',
  'p:d:a:v1',
  'ex:p:d:',
  'ex:p:d:a:v1',
  'ex:p:d',
  null as unknown as string,
])('%s is none', (text) => {
  expect(() => parseIdentifier(text)).toThrow(refused)
})

it.each<object>([
  { resource_type: 'DATASET', project: 'p', domain: 'd', name: 'a', version: 'v1' },
  { resource_type: 'TASK', project: 'p:q', domain: 'd', name: 'a', version: 'v1' },
  { resource_type: 'TASK', project: 'p', domain: 'd', name: 'a', version: 'v:1' },
  { resource_type: 'TASK', project: 'p', domain: 'd', name: '', version: 'v1' },
  { resource_type: 'TASK', project: 'p', domain: '', name: 'a', version: 'v1' },
  { resource_type: 'TASK', project: 'p', domain: 'd', name: 'a', version: '' },
  { project: 'p', domain: 'd', name: 'a:b' },
  { project: 'p', domain: 'd' },
])('%j has no text form', (identifier) => {
  expect(() => formatIdentifier(identifier as Identifier)).toThrow(refused)
})

it('any identifier that has a text form is read back, and any text that is read is written back', () => {
  const part = fc.string({ minLength: 1 }).map((text) => text.replaceAll(':', '.'))
  const identifiers = fc.record({
    resource_type: fc.constantFrom('LAUNCH_PLAN' as const, 'WORKFLOW' as const, 'TASK' as const),
    project: part,
    domain: part,
    name: fc.string({ minLength: 1 }),
    version: part,
    org: fc.constant(''),
  })
  fc.assert(
    fc.property(identifiers, (identifier) => {
      expect(parseIdentifier(formatIdentifier(identifier))).toEqual(identifier)
    }),
  )
  const texts = fc.array(fc.constantFrom('lp', 'tsk', 'ex', ':', ':', 'a', '.')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect(formatIdentifier(parseIdentifier(text))).toBe(text)
      } catch (error) {
        expect(error).toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
      }
    }),
  )
})
