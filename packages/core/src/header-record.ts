/**
 * Headers as a plain record, their names in lower case: of a record, of pairs, or of any kind of `Headers`.
 *
 * It does without the platform's own `Headers`: on Node 20 to touch that loads the whole of its fetch.
 *
 * @param headers - as `fetch` takes them; none make an empty record
 */
export function headerRecord(headers: RequestInit['headers'] | undefined): Record<string, string> {
  if (headers === undefined) return {}
  const entries = Symbol.iterator in headers ? [...(headers as Iterable<[string, string]>)] : Object.entries(headers)
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]))
}
