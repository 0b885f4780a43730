import { readFile } from 'node:fs/promises'
import type { LiteralInput } from '@flyte-js/admin/literals'
import { FlyteError, safeCause } from '@flyte-js/core'

/**
 * Reads inputs from a JSON or YAML file: one object, a name for each input. Integers are kept exactly, however large.
 *
 * @throws FlyteError `FLYTE_INVALID_ARGUMENT`, which repeats nothing of what is in the file: inputs may be secrets
 */
export async function inputsFile(path: string): Promise<Record<string, LiteralInput>> {
  const refuse = (why: string, cause?: unknown) =>
    new FlyteError('FLYTE_INVALID_ARGUMENT', `--inputs-file ${path}: ${why}`, { cause: safeCause(cause) })
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw refuse(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`, error)
  }
  const { readYaml } = await import('./read-yaml.js')
  const read = readYaml(text)
  if ('line' in read) throw refuse(`it is neither JSON nor YAML, from line ${read.line} on`)
  const { value } = read
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, LiteralInput>
  throw refuse('it must hold an object with a name for each input')
}
