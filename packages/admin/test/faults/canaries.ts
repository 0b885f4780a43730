// Texts that no error and no event may show, and where to look for them.
import { inspect } from 'node:util'

/** What each fault has in its hands: the token, a filter and a body that are sent, and what an answer brings. */
export const canaries = {
  token: 'canary-token',
  query: 'canary-query',
  body: 'canary-body',
  answer: 'canary-answer',
}

/** What a program, a logger or a person reads of a value that has a canary in it; usually nothing. */
export function canariesIn(value: unknown): string[] {
  const texts = [inspect(value, { depth: 20, showHidden: true, getters: true }), String(value), JSON.stringify(value)]
  for (let error = value; error instanceof Error; error = error.cause) texts.push(error.stack ?? '', error.message)
  return texts.filter((text) => /canary/i.test(text))
}
