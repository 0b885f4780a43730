import { type Clock, FlyteError, type Random, systemClock } from '@flyte-js/core'
import type { AdminService, Execution, WorkflowExecution_Phase } from '@flyte-js/idl'
import { AdminError } from '../admin-error.js'
import type { CallOptions, ServiceMethods } from '../request-types.js'
import type { ExecutionChange, ExecutionId } from './execution-change.js'
import { createNodeChanges } from './node-changes.js'
import { createPace, firstDelay, longestDelay } from './pace.js'
import { hasEnded, phaseOf, stuckHint } from './phase.js'

/** What {@link watchExecution} can be told. */
export interface WatchOptions {
  /** Ends the watch at any time, also between two polls. */
  signal?: AbortSignal
  /** Milliseconds until the watch is given up. Default: none, since a workflow may run for days. */
  timeout?: number
  /** Tells of each node as well. Default false: it takes one more request a poll, and more for more than 100 nodes. */
  nodes?: boolean
  /**
   * Milliseconds in `UNDEFINED`, `QUEUED` or `ABORTING` after which the execution counts as stalled. Default 120,000:
   * FlytePropeller takes it up within seconds, and a cluster may need a minute for another machine.
   */
  stalledAfter?: number
  /**
   * Milliseconds for which failures that may pass are waited out, one after the other. Default 300,000: a control plane that
   * restarts is no reason to lose a pipeline. Each poll has the client's own retries besides.
   */
  patience?: number
  /** The clock of polling. Default: the system's. */
  clock?: Clock
  /** Spreads the polls of many clients. Default: the platform's. */
  random?: Random
}

/**
 * Watches an execution until it has ended, whatever its end: its present phase first, then each change.
 *
 * It polls twice a second at first and after each change of phase, and ever less often up to every ten seconds, with jitter.
 * To stop, `break` out of the loop or abort the signal. Failures that may pass (no connection, 5xx, 429) are waited out;
 * others, such as `NOT_FOUND` or a refused token, come through at once.
 *
 * @returns the changes; the last one is the phase `SUCCEEDED`, `FAILED`, `ABORTED` or `TIMED_OUT`
 * @throws `AdminError` `FLYTE_ADMIN_WAIT_TIMEOUT`, which says the last phase and tells one that never started
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { watchExecution } from '@flyte-js/admin/executions'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const id = { project: 'flytesnacks', domain: 'development', name: 'f2b1' }
 * for await (const change of watchExecution(admin, id, { nodes: true })) {
 *   if (change.kind === 'phase') console.log(`${id.name} is ${change.phase}`)
 *   if (change.kind === 'node') console.log(`  ${change.node.id?.node_id} is ${change.phase}`)
 *   if (change.kind === 'stalled') console.warn(`${id.name} is ${change.phase} for long: ${change.hint}`)
 * }
 * ```
 */
export function watchExecution(
  admin: Pick<ServiceMethods<AdminService>, 'getExecution' | 'listNodeExecutions'>,
  id: ExecutionId,
  options: WatchOptions = {},
): AsyncGenerator<ExecutionChange, void, undefined> {
  const nodes = options.nodes ? createNodeChanges(admin, id) : undefined
  return watch(id, options, async (callOptions) => {
    const execution = await admin.getExecution({ id }, callOptions)
    // Nodes come with FlytePropeller, and are asked for last, so that none ends unseen before its execution does.
    const found = phaseOf(execution) === 'UNDEFINED' ? undefined : await nodes?.look(callOptions)
    return { execution, nodeChanges: found?.changes ?? [], requests: found?.requests ?? 1 }
  })
}

/** What one poll has found. */
interface Look {
  execution: Execution
  nodeChanges: ExecutionChange[]
  requests: number
}

/** The watch itself, for whatever polls. */
export async function* watch(
  id: ExecutionId,
  options: WatchOptions,
  poll: (callOptions: CallOptions) => Promise<Look>,
): AsyncGenerator<ExecutionChange, void, undefined> {
  const { signal, clock = systemClock, random = Math.random } = options
  const timeout = milliseconds('timeout', options.timeout ?? Number.POSITIVE_INFINITY)
  const stalledAfter = milliseconds('stalledAfter', options.stalledAfter ?? 120_000)
  const patience = milliseconds('patience', options.patience ?? 300_000)
  const ending = signal && { signal }
  const end = clock.monotonic() + timeout
  const pace = createPace(random)
  let seen: { execution: Execution; since: number; isToldStalled: boolean } | undefined
  let failure: { error: AdminError; since: number } | undefined

  for (;;) {
    let look: Look | undefined
    let shortest = 0
    try {
      // A look may not take longer than what is left of the watch, but for the last one, which gets a second.
      const left = Math.max(1_000, end - clock.monotonic())
      look = await poll({ ...ending, ...(left < longestDelay && { timeout: left, callTimeout: left }) })
      failure = undefined
      // A list of many pages is asked for less often.
      shortest = firstDelay * (look.requests - 1)
    } catch (error) {
      failure = { error: mayPass(error), since: failure?.since ?? clock.monotonic() }
      if (clock.monotonic() - failure.since > patience) throw error
      // Who is to come back in a day comes back once his patience is over.
      shortest = Math.min(patience, failure.error.retryAfter ?? 0)
    }
    if (look !== undefined) {
      const { execution, nodeChanges } = look
      const change = changeOf(seen?.execution, execution)
      if (hasEnded(execution)) {
        yield* nodeChanges
        if (change) yield change
        return
      }
      if (seen === undefined || change?.kind === 'phase') {
        seen = { execution, since: clock.monotonic(), isToldStalled: false }
        pace.quicken()
      } else seen.execution = execution
      if (change) yield change
      yield* nodeChanges
      const hint = stuckHint(phaseOf(execution))
      const duration = clock.monotonic() - seen.since
      if (hint !== undefined && duration >= stalledAfter && !seen.isToldStalled) {
        seen.isToldStalled = true
        yield { kind: 'stalled', phase: phaseOf(execution), duration, hint, execution }
      }
    }
    const left = end - clock.monotonic()
    if (left <= 0) throw timedOut(id, seen && phaseOf(seen.execution), timeout, failure?.error)
    await clock.sleep(Math.min(left, Math.max(shortest, pace.next())), ending)
  }
}

function changeOf(before: Execution | undefined, execution: Execution): ExecutionChange | undefined {
  const phase = phaseOf(execution)
  if (before === undefined) return { kind: 'phase', phase, execution }
  const previous = phaseOf(before)
  if (phase !== previous) return { kind: 'phase', phase, previous, execution }
  if (execution.closure?.updated_at === before.closure?.updated_at) return undefined
  return { kind: 'updated', phase, execution }
}

/** The error itself if waiting may help: a gateway that is up without its database answers with 500 until it is back. */
function mayPass(error: unknown): AdminError {
  if (!AdminError.isInstance(error)) throw error
  if (error.isRetryable || (error.status ?? 0) >= 500) return error
  throw error
}

function milliseconds(name: string, value: number): number {
  if (value >= 0) return value
  throw new FlyteError('FLYTE_INVALID_ARGUMENT', `${name} must be milliseconds, 0 or more`)
}

function timedOut(
  { project, domain, name }: ExecutionId,
  phase: WorkflowExecution_Phase | undefined,
  timeout: number,
  cause: AdminError | undefined,
): AdminError {
  const why =
    phase === undefined
      ? 'Flyte Admin gave no answer about it. Check that the server runs'
      : phase === 'UNDEFINED'
        ? stuckHint(phase)
        : `its last phase was ${phase}. ${stuckHint(phase) ?? 'Wait longer, or look at what it waits for'}`
  const message = `Execution ${project}/${domain}/${name} did not end within ${timeout} ms: ${why}`
  return new AdminError('FLYTE_ADMIN_WAIT_TIMEOUT', message, { rpc: 'getExecution', cause })
}
