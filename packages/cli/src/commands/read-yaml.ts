// A module of its own, so that its library is loaded where it is needed.
import { parseDocument } from 'yaml'

/**
 * Reads YAML, of which JSON is a part. Integers become `bigint`s, which lose no digits; times stay texts.
 *
 * @returns the value, or the line from which on it is none
 */
export function readYaml(text: string): { value: unknown } | { line: number } {
  const document = parseDocument(text, { intAsBigInt: true, prettyErrors: true, logLevel: 'silent' })
  const [error] = document.errors
  if (error) return { line: error.linePos?.[0].line ?? 1 }
  try {
    return { value: document.toJS() }
  } catch {
    // Aliases without anchors, or ever more of them.
    return { line: 1 }
  }
}
