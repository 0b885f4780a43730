// The life of an execution as a pure function of the time that passed since it was made: nothing here runs in the background.

/** How long an execution stays in its phases, in milliseconds, and how it ends. */
export interface ExecutionTimes {
  /** How long it is `QUEUED`. */
  queued: number
  /** How long it is `RUNNING` after that. */
  running: number
  /** How long it is `ABORTING` once it is terminated. By default 0: it is `ABORTED` at once. */
  aborting?: number
  /** The phase it ends in. By default `SUCCEEDED`. */
  outcome?: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT'
}

/** What an execution has gone through at some time. */
export interface ExecutionProgress {
  phase:
    | 'UNDEFINED'
    | 'QUEUED'
    | 'RUNNING'
    | 'SUCCEEDING'
    | 'SUCCEEDED'
    | 'FAILING'
    | 'FAILED'
    | 'ABORTED'
    | 'TIMED_OUT'
    | 'ABORTING'
  /** When it began to run, in epoch milliseconds. */
  startedAt?: number
  /** When it changed last. */
  updatedAt: number
  /** How long it ran, once it has ended. */
  duration?: number
}

/** The phases that nothing comes after. */
export const terminalPhases: readonly string[] = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']

/**
 * Where an execution is at a time.
 *
 * @param times `'never'` leaves it `UNDEFINED`, as a Flyte Admin does that no propeller works for.
 * @param abortedAt When it was terminated, if it was.
 * @param recorded Where events have put it, if any came: the clock then only goes on with a termination.
 */
export function progressOf(
  createdAt: number,
  times: ExecutionTimes | 'never',
  now: number,
  abortedAt?: number,
  recorded?: ExecutionProgress,
): ExecutionProgress {
  const until = abortedAt === undefined ? now : Math.min(now, abortedAt)
  const progress = recorded ?? undisturbedProgress(createdAt, times, until)
  if (abortedAt === undefined) return progress
  if (times === 'never') return { ...progress, phase: 'ABORTING' }
  const endedAt = abortedAt + (times.aborting ?? 0)
  if (now < endedAt) return { ...progress, phase: 'ABORTING' }
  const { startedAt } = progress
  return {
    ...progress,
    phase: 'ABORTED',
    updatedAt: endedAt,
    ...(startedAt !== undefined && { duration: endedAt - startedAt }),
  }
}

function undisturbedProgress(createdAt: number, times: ExecutionTimes | 'never', now: number): ExecutionProgress {
  if (times === 'never') return { phase: 'UNDEFINED', updatedAt: createdAt }
  const startedAt = createdAt + times.queued
  if (now < startedAt) return { phase: 'QUEUED', updatedAt: createdAt }
  const endedAt = startedAt + times.running
  if (now < endedAt) return { phase: 'RUNNING', startedAt, updatedAt: startedAt }
  return { phase: times.outcome ?? 'SUCCEEDED', startedAt, updatedAt: endedAt, duration: times.running }
}
