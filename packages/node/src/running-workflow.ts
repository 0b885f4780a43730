import type { LimitOptions } from '@flyte-js/admin'
import { type EventListener, emit } from '@flyte-js/core'

/** Variables that FlytePropeller sets in the pods of a running workflow, and nobody else (flytekit's `FLYTE_INTERNAL_EXECUTION_*`). */
const marks = /^FLYTE_INTERNAL_EXECUTION_(ID|PROJECT|DOMAIN|WORKFLOW|LAUNCHPLAN)$/

/** As much as a task may ask of the control plane, since thousands of its kind may run at a time. */
const gentle = { concurrency: 2, requestsPerSecond: 5 }

/** The variable that tells that this is the pod of a running workflow, if it is one. */
export function runningWorkflowMark(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return Object.keys(env).find((name) => marks.test(name) && env[name])
}

/**
 * The limits of a client: what was given, and inside of a running workflow much less than usual where nothing was.
 *
 * Flyte's own documents warn of calls to Flyte Admin from within tasks: a map task of five thousand makes five thousand clients.
 */
export function limitsIn(
  env: Readonly<Record<string, string | undefined>>,
  given: LimitOptions,
  onEvent: EventListener | undefined,
): LimitOptions {
  const mark = runningWorkflowMark(env)
  if (mark === undefined) return given
  const limits = { ...gentle, ...given }
  const { concurrency, requestsPerSecond } = limits
  emit(onEvent, {
    type: 'admin.limited',
    concurrency,
    requestsPerSecond,
    reason: `${mark} is set: this is a running workflow`,
  })
  return limits
}
