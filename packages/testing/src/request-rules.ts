// What a test has a server do with some requests, and how often.
import type { RecordedRequest } from './recorded-requests.js'

/** Which requests: a path, with whatever method but a browser's preflight, or a function. */
export type RequestPredicate = string | ((request: RecordedRequest) => boolean)

/** Rules for requests, the latest first. */
export interface RequestRules<T> {
  /** Adds a rule that holds for so many requests. Returns what takes it back. */
  add(predicate: RequestPredicate, rule: T, times: number): () => void
  /** The rules for a request. Each one that is taken has held for one request more. */
  rulesFor(request: RecordedRequest): Iterable<T>
}

/** Makes an empty list of them. */
export function createRequestRules<T>(): RequestRules<T> {
  let entries: { matches(request: RecordedRequest): boolean; rule: T; left: number }[] = []
  return {
    add(predicate, rule, times) {
      const matches =
        typeof predicate === 'string'
          ? ({ path, method }: RecordedRequest) => path === predicate && method !== 'OPTIONS'
          : predicate
      const entry = { matches, rule, left: times }
      entries = [entry, ...entries]
      return () => {
        entries = entries.filter((other) => other !== entry)
      }
    },
    *rulesFor(request) {
      for (const entry of entries) {
        if (entry.left <= 0 || !entry.matches(request)) continue
        entry.left--
        yield entry.rule
      }
    },
  }
}
