// Whether a literal fits a variable, as far as it is plain: simple types only, everything else fits.
import { type Message, messageField } from './message.js'

const simpleTypeOfPrimitive: Record<string, string> = {
  integer: 'INTEGER',
  float_value: 'FLOAT',
  string_value: 'STRING',
  boolean: 'BOOLEAN',
  datetime: 'DATETIME',
  duration: 'DURATION',
}

/** The simple type of a primitive literal, or `undefined` for any other literal. */
export function simpleTypeOfLiteral(literal: Message): string | undefined {
  const [kind] = Object.keys(messageField(messageField(literal, 'scalar'), 'primitive'))
  return kind === undefined ? undefined : simpleTypeOfPrimitive[kind]
}

/** The simple type of a variable, or `undefined` for any other type. */
export function simpleTypeOf(variable: Message): string | undefined {
  const { simple } = messageField(variable, 'type')
  return typeof simple === 'string' ? simple : undefined
}

/** The two types as messages show them when they differ; `undefined` when they fit or are beyond this. */
export function typeMismatch(expected: string | undefined, actual: string | undefined): [string, string] | undefined {
  if (expected === undefined || actual === undefined || expected === actual) return undefined
  return [`simple:${expected}`, `simple:${actual}`]
}

/** True for a literal that holds something. */
export function hasValue(literal: Message): boolean {
  return ['scalar', 'collection', 'map', 'offloaded_metadata'].some((member) => member in literal)
}
