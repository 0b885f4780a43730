import { executionFailure, watchExecution } from '@flyte-js/admin/executions'
import { formatIdentifier } from '@flyte-js/admin/identifiers'
import type { Execution, WorkflowExecutionIdentifier } from '@flyte-js/idl'
import { clockOf } from '../clock-of.js'
import { exitCodes } from '../exit-code.js'
import { withoutControls } from '../output/controls.js'
import { printOne } from '../output/print.js'
import type { Session } from '../session.js'
import { executionView } from '../views/executions.js'
import { executionId } from './names.js'
import { createWatchLines } from './watch-lines.js'
import { createWatchScreen } from './watch-screen.js'

/** `watch <execution>` */
export async function watch(session: Session, execution: string): Promise<void> {
  await watchUntilEnd(session, await executionId(session, execution))
}

/**
 * Shows how an execution goes on until it has ended: redrawn in place on a terminal, a line for each change elsewhere. Only an
 * execution that has succeeded ends with the exit code 0.
 */
export async function watchUntilEnd(session: Session, id: WorkflowExecutionIdentifier): Promise<void> {
  const { admin } = await session.client()
  const { io, format, signal } = session
  const isShown = format === 'table' || format === 'wide'
  const shown =
    isShown && io.isTerminal && io.env.TERM !== 'dumb' ? createWatchScreen(session, id) : createWatchLines(session)
  let last: Execution | undefined
  try {
    for await (const change of watchExecution(admin, id, { nodes: true, signal, clock: clockOf(io) })) {
      if (change.kind !== 'node') last = change.execution
      shown.show(change)
    }
  } finally {
    shown.end()
  }
  // A watch that ends has told the phase that ended it.
  const ended = last as Execution
  // What is for a program is the answer, once there is one.
  if (!isShown) await printOne(session, ended, executionView(clockOf(io).now()))
  const failure = executionFailure(ended)
  if (failure === undefined) return
  const code = failure.code === failure.phase ? '' : ` (${failure.code})`
  session.tell(withoutControls(`${formatIdentifier(id)} ${failure.phase}${code}: ${failure.message}`, { keep: '\n' }))
  session.endWith(exitCodes.failed)
}
