/** A value that `fromLiteral` gives, in one line: a text as it is, everything else as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return `${value.length} bytes`
  return (
    JSON.stringify(value, (_, each: unknown) => {
      // JSON has no words for these.
      if (typeof each === 'bigint') return String(each)
      if (each instanceof Uint8Array) return `${each.length} bytes`
      return typeof each === 'number' && !Number.isFinite(each) ? String(each) : each
    }) ?? 'none'
  )
}
