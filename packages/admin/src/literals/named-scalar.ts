import type { BlobMetadata, JsonObject, LiteralType, Scalar, StructuredDatasetMetadata } from '@flyte-js/idl'
import { isPlainObject, isUnicode } from './describe.js'
import type { Place } from './place.js'
import { jsonOf } from './scalars.js'

/** What is named by a text: the value of an enum, or the URI of data that lies elsewhere. */
export function namedScalar(value: unknown, type: LiteralType, place: Place, exact: boolean): Scalar | undefined {
  const { enum_type, blob, schema, structured_dataset_type } = type
  if (enum_type) {
    const isOne = !exact && typeof value === 'string' && enum_type.values.includes(value)
    return isOne ? { primitive: { string_value: value } } : undefined
  }
  const { uri, ...rest } = typeof value === 'string' && !exact ? { uri: value } : isPlainObject(value) ? value : {}
  const keys = Object.keys(rest)
  const isNamed =
    typeof uri === 'string' && uri !== '' && isUnicode(uri) && keys.every((key) => /^(metadata|type)$/.test(key))
  if (!isNamed || (exact && keys.length === 0)) return undefined
  const { metadata, type: own } = jsonOf(rest, place) as JsonObject
  if (schema) return { schema: { uri, type: (own as unknown as typeof schema) ?? schema } }
  if (blob) return { blob: { uri, metadata: (metadata as unknown as BlobMetadata) ?? { type: blob } } }
  if (structured_dataset_type)
    return {
      structured_dataset: {
        uri,
        metadata: (metadata as unknown as StructuredDatasetMetadata) ?? { structured_dataset_type },
      },
    }
  return undefined
}
