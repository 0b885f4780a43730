import { type Clock, FlyteError, type Random, systemClock } from '@flyte-js/core'
import type { AdminService, Execution, WorkflowExecution_Phase } from '@flyte-js/idl'
import { AdminError } from './admin-error.js'
import type { ServiceMethods } from './request-types.js'

/** Phases that an execution never leaves (flyteidl/core/execution.proto). */
const terminalPhases: ReadonlySet<string> = new Set<WorkflowExecution_Phase>([
  'SUCCEEDED',
  'FAILED',
  'ABORTED',
  'TIMED_OUT',
])

/** The name of an execution. */
export interface ExecutionId {
  /** The project. */
  project: string
  /** The domain, e.g. `development`. */
  domain: string
  /** The execution's own name. */
  name: string
}

/** What `waitForExecution` can be told. */
export interface WaitOptions {
  /** Ends the wait. */
  signal?: AbortSignal
  /** Milliseconds until the wait is given up. Default: none, since a workflow may run for days. */
  timeout?: number
  /** Hears of each phase that is new. */
  onPhase?: (phase: WorkflowExecution_Phase, execution: Execution) => void
  /** The clock of polling. Default: the system's. */
  clock?: Clock
  /** Spreads the polls of many clients. Default: the platform's. */
  random?: Random
}

const firstDelay = 500
const longestDelay = 10_000
/** Polls in a row that may fail before the wait does: a control plane that restarts is no reason to lose a pipeline. */
const patience = 5

/**
 * Waits until an execution has ended, whatever its end: a failed one resolves too, so look at `closure.phase`.
 *
 * It polls twice a second at first and every ten seconds in the end, with jitter. Single failures that may pass are waited out.
 *
 * @returns the execution in its terminal phase
 * @throws `AdminError` `FLYTE_ADMIN_WAIT_TIMEOUT`, which says the last phase and tells one that never started
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { waitForExecution } from '@flyte-js/admin/executions'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const id = { project: 'flytesnacks', domain: 'development', name: 'f2b1' }
 * const { closure } = await waitForExecution(admin, id, { timeout: 600_000 })
 * if (closure?.phase !== 'SUCCEEDED') throw new Error(`the execution ended as ${closure?.phase}`)
 * ```
 */
export async function waitForExecution(
  admin: Pick<ServiceMethods<AdminService>, 'getExecution'>,
  id: ExecutionId,
  options: WaitOptions = {},
): Promise<Execution> {
  const { signal, timeout = Number.POSITIVE_INFINITY, onPhase, clock = systemClock, random = Math.random } = options
  if (!(timeout >= 0)) throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'timeout must be milliseconds, 0 or more')
  const ending = signal && { signal }
  const end = clock.monotonic() + timeout
  let delay = firstDelay
  let phase: WorkflowExecution_Phase | undefined
  let failures = 0
  for (;;) {
    let execution: Execution | undefined
    try {
      // A look may not take longer than what is left of the wait, but for the last one, which gets a second.
      const left = Math.max(1_000, end - clock.monotonic())
      execution = await admin.getExecution({ id }, { ...ending, ...(left < longestDelay && { timeout: left }) })
      failures = 0
    } catch (error) {
      failures += 1
      if (!(error instanceof AdminError) || !error.isRetryable || failures > patience) throw error
    }
    if (execution !== undefined) {
      const now = execution.closure?.phase ?? 'UNDEFINED'
      if (now !== phase) onPhase?.(now, execution)
      phase = now
      if (terminalPhases.has(phase)) return execution
    }
    const left = end - clock.monotonic()
    if (left <= 0) throw timedOut(id, phase, timeout)
    await clock.sleep(Math.min(left, delay * (0.8 + 0.4 * random())), ending)
    delay = Math.min(longestDelay, delay * 1.3)
  }
}

function timedOut({ project, domain, name }: ExecutionId, phase: string | undefined, timeout: number): AdminError {
  const why =
    phase === undefined
      ? 'Flyte Admin gave no answer about it. Check that the server runs'
      : phase === 'UNDEFINED'
        ? 'it never started. Check that FlytePropeller runs'
        : `its last phase was ${phase}. Wait longer, or look at what it waits for`
  const message = `Execution ${project}/${domain}/${name} did not end within ${timeout} ms: ${why}`
  return new AdminError('FLYTE_ADMIN_WAIT_TIMEOUT', message, { rpc: 'getExecution' })
}
