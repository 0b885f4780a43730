// Queries and forms as Go reads and writes them.

/** The parameters of a query or a form. A part that Go cannot read is dropped: one with `;` or with a broken percent-encoding. */
export function readParameters(...encoded: string[]): URLSearchParams {
  const parts = encoded.flatMap((text) => text.split('&'))
  return new URLSearchParams(parts.filter((part) => !part.includes(';') && !/%(?![0-9a-fA-F]{2})/.test(part)).join('&'))
}

/** Parameters as a query, sorted by their names. */
export function writeParameters(parameters: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(parameters).sort(([left], [right]) => (left < right ? -1 : 1))
  return new URLSearchParams(sorted).toString().replaceAll('*', '%2A').replaceAll('%7E', '~')
}
