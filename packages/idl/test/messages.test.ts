import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { flyteidlDirectory } from '../generate/proto-registry.mjs'
import { enums, type FieldDescriptor, messages, rpcs } from '../src/messages'

const field = (message: string, name: string) => messages[message]?.find((each) => each.name === name)
const types = readFileSync(new URL('../src/gen/types.ts', import.meta.url), 'utf8')

describe('messages', () => {
  it.each<[string, FieldDescriptor]>([
    ['flyteidl.core.Primitive', { name: 'integer', jsonName: 'integer', number: 1, kind: 'int64', oneof: 'value' }],
    [
      'flyteidl.core.Primitive',
      { name: 'float_value', jsonName: 'floatValue', number: 2, kind: 'double', oneof: 'value' },
    ],
    [
      'flyteidl.core.Identifier',
      { name: 'resource_type', jsonName: 'resourceType', number: 1, kind: 'enum', type: 'flyteidl.core.ResourceType' },
    ],
    ['flyteidl.core.Binary', { name: 'value', jsonName: 'value', number: 1, kind: 'bytes' }],
    ['flyteidl.core.TaskTemplate', { name: 'config', jsonName: 'config', number: 16, kind: 'string', map: 'string' }],
    [
      'flyteidl.core.LiteralMap',
      {
        name: 'literals',
        jsonName: 'literals',
        number: 1,
        kind: 'message',
        type: 'flyteidl.core.Literal',
        map: 'string',
      },
    ],
    [
      'flyteidl.admin.TaskClosure',
      { name: 'created_at', jsonName: 'createdAt', number: 2, kind: 'message', type: 'google.protobuf.Timestamp' },
    ],
    [
      'flyteidl.admin.DescriptionEntityList',
      {
        name: 'descriptionEntities',
        jsonName: 'descriptionEntities',
        number: 1,
        kind: 'message',
        type: 'flyteidl.admin.DescriptionEntity',
        repeated: true,
      },
    ],
    ['flyteidl.admin.Version', { name: 'Build', jsonName: 'Build', number: 1, kind: 'string' }],
  ])('know the field of %s', (message, expected) => {
    expect(field(message, expected.name)).toEqual(expected)
  })

  it('know a message without fields', () => {
    expect(messages['flyteidl.admin.TaskCreateResponse']).toEqual([])
  })

  it('hold every message and enum that one of them, or an RPC, refers to', () => {
    const referred = Object.values(messages).flatMap((fields) => fields.flatMap(({ type }) => type ?? []))
    const missing = [...referred, ...rpcs.flatMap(({ request, response }) => [request, response])].filter(
      (name) => !(name in messages) && !(name in enums) && !name.startsWith('google.protobuf.'),
    )
    expect(missing).toEqual([])
  })

  it('leave out the well-known messages', () => {
    expect(Object.keys(messages).filter((name) => !name.startsWith('flyteidl.'))).toEqual([])
  })

  it('each have an interface', () => {
    const interfaces = [...types.matchAll(/^export interface \w+/gm)]
    const services = new Set(rpcs.map(({ service }) => service))
    expect(interfaces).toHaveLength(Object.keys(messages).length + services.size)
  })
})

describe('enums', () => {
  /** The enums as the text of the protos has them, read without the generator. */
  const declared = protoFiles(join(flyteidlDirectory, 'protos', 'flyteidl')).flatMap((file) => {
    const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    const [, scope] = /^package ([\w.]+);/m.exec(text) ?? []
    return [...text.matchAll(/\benum (\w+)\s*\{([^}]*)\}/g)].map(([, name, body = '']) => ({
      scope,
      name,
      values: Object.fromEntries(
        [...body.matchAll(/^\s*(\w+)\s*=\s*(\d+)/gm)].map(([, value, number]) => [value, Number(number)]),
      ),
    }))
  })

  it.each(Object.keys(enums))('%s has every value, by name and number', (fullName) => {
    const same = declared.filter(
      ({ scope, name }) => fullName.startsWith(`${scope}.`) && fullName.split('.').at(-1) === name,
    )
    expect(same.map(({ values }) => values)).toContainEqual(enums[fullName])
  })

  it('each have a union of every value', () => {
    const unions = [...types.matchAll(/^export type \w+ = (.*)$/gm)].map(([, union = '']) => union)
    const expected = Object.values(enums).map((values) =>
      Object.keys(values)
        .map((value) => `'${value}'`)
        .join(' | '),
    )
    expect(unions).toEqual(expected)
  })
})

function protoFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.proto'))
    .map((name) => join(directory, name))
}
