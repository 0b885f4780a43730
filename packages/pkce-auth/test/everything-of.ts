import { inspect } from 'node:util'

/** Everything that a program, a logger or a person can read of a value, causes included. */
export function everythingOf(value: unknown): string {
  const texts = [
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    String(value),
    JSON.stringify(value) ?? '',
  ]
  for (let error: unknown = value; error instanceof Error; error = error.cause)
    texts.push(error.message, error.stack ?? '', ...Object.values(error).map(String))
  return texts.join('\n')
}
