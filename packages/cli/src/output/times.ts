import type { Duration, Timestamp } from '@flyte-js/idl'

/** A point in time without its fraction of a second: `2026-01-01T00:00:00Z`. */
export function timeText(timestamp: Timestamp | null | undefined): string | undefined {
  return timestamp?.replace(/\.\d+/, '')
}

/** A timestamp in epoch milliseconds: as text, `00.5Z` would come before `00Z`. What is finer is cut off. */
export function millisecondsOf(timestamp: Timestamp): number {
  return Date.parse(timestamp.replace(/(\.\d{3})\d+/, '$1'))
}

/** What an execution, or a node of one, says of when it ran. */
export interface Ran {
  readonly started_at: Timestamp | null
  readonly duration: Duration | null
}

/**
 * How long it ran, in milliseconds: what Flyte Admin says once it has ended, and until then the time since it started.
 *
 * @param now - epoch milliseconds
 * @returns `undefined` where it has not started
 */
export function elapsed({ started_at, duration }: Ran, isOver: boolean, now: number): number | undefined {
  const told = duration === null ? 0 : Number.parseFloat(duration) * 1_000
  if (isOver) return duration === null ? undefined : told
  // The clock of this machine may be behind that of the server.
  return started_at === null ? undefined : Math.max(0, now - millisecondsOf(started_at))
}
