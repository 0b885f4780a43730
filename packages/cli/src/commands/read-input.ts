import { duration, type LiteralInput, toLiteral } from '@flyte-js/admin/literals'
import type { LiteralType, SimpleType } from '@flyte-js/idl'
import { readYaml } from './read-yaml.js'

/**
 * Reads the text of an input as a value of a type: an interface says whether `5` is a number or a text.
 *
 * What the type does not know stays text, for the launch to say what it expected. Lists, maps and structs are JSON or YAML.
 */
export function readInput(text: string, type: LiteralType | null | undefined): LiteralInput {
  if (!type) return text
  const { simple, collection_type, map_value_type, union_type } = type
  if (union_type) return readUnion(text, type, union_type.variants)
  if (collection_type || map_value_type) return readStructure(text)
  return simple === undefined ? text : simpleReaders[simple](text)
}

const numbers: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
}

/** How each simple type is written on a command line. */
const simpleReaders: Readonly<Record<SimpleType, (text: string) => LiteralInput>> = {
  NONE: (text) => (/^(null|none|)$/i.test(text) ? null : text),
  // Decimal digits are taken as text.
  INTEGER: (text) => text,
  FLOAT: (text) =>
    /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : (numbers[text.toLowerCase()] ?? text),
  STRING: (text) => text,
  BOOLEAN: (text) => (/^true$/i.test(text) ? true : /^false$/i.test(text) ? false : text),
  // A day is its beginning in UTC.
  DATETIME: (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text),
  DURATION: readDuration,
  BINARY: readBase64,
  ERROR: readStructure,
  STRUCT: readStructure,
}

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `1h30m`, `90s`, `250ms`: as Go writes them, and with days. */
function readDuration(text: string): LiteralInput {
  if (!/^-?(\d+(\.\d+)?(ms|[smhd]))+$/.test(text)) return text
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)]
  // Protobuf's own form is read to the nanosecond.
  if (parts.length === 1 && parts[0]?.[2] === 's') return text
  const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * (milliseconds[unit as string] ?? 0), 0)
  return duration(text.startsWith('-') ? -sum : sum)
}

function readBase64(text: string): LiteralInput {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text
  return Uint8Array.from(Buffer.from(text, 'base64'))
}

function readStructure(text: string): LiteralInput {
  const read = readYaml(text)
  return 'value' in read && typeof read.value === 'object' ? (read.value as LiteralInput) : text
}

/** The first variant that the text can be read as, and a text only then: everything is one. */
function readUnion(text: string, type: LiteralType, variants: readonly LiteralType[]): LiteralInput {
  const isText = ({ simple }: LiteralType) => simple === 'STRING'
  const inOrder = [...variants.filter((variant) => !isText(variant)), ...variants.filter(isText)]
  for (const variant of inOrder) {
    try {
      const value = toLiteral(readInput(text, variant), variant)
      return toLiteral({ scalar: { union: { value, type: variant } }, hash: '', metadata: {} }, type)
    } catch {
      // Another one, then; which all of them refuse, the launch refuses with their names.
    }
  }
  return text
}
