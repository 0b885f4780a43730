/** A finding that is kept, until it is no longer believed. */
export interface Remembered<Found> {
  /** The finding; searched for where there is none. */
  get(ending: { signal?: AbortSignal }): Promise<Found>
  /** Has the next `get` search again. */
  forget(): void
}

/**
 * Remembers what a function found. It keeps no promise, so that a caller's signal ends nobody else's search, and no failure.
 *
 * @param find - searches
 */
export function remembered<Found>(find: (ending: { signal?: AbortSignal }) => Promise<Found>): Remembered<Found> {
  let found: { readonly value: Found } | undefined
  return {
    async get(ending) {
      found ??= { value: await find(ending) }
      return found.value
    },
    forget() {
      found = undefined
    },
  }
}
