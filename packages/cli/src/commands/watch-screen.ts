import { type ExecutionChange, hasEnded } from '@flyte-js/admin/executions'
import { formatIdentifier } from '@flyte-js/admin/identifiers'
import { onAbort } from '@flyte-js/core'
import type { Execution, NodeExecution, WorkflowExecutionIdentifier } from '@flyte-js/idl'
import { clockOf } from '../clock-of.js'
import { withoutControls } from '../output/controls.js'
import { duration } from '../output/duration.js'
import { createInPlace } from '../output/in-place.js'
import { phaseColour } from '../output/phase-colour.js'
import { drawTable } from '../output/table.js'
import { elapsed, millisecondsOf } from '../output/times.js'
import type { Session } from '../session.js'
import { nodeElapsed } from '../views/node-executions.js'
import type { WatchView } from './watch-lines.js'
import { isWritten } from './watched-node.js'

/** The phases of an execution and its nodes, with how long they took, redrawn in place; the times go on between two changes. */
export function createWatchScreen({ io, paint, signal }: Session, id: WorkflowExecutionIdentifier): WatchView {
  const inPlace = createInPlace(io)
  const nodes = new Map<string, NodeExecution>()
  const ending = new AbortController()
  let execution: Execution | undefined
  let hint: string | undefined

  function draw(): void {
    const now = clockOf(io).now()
    const { closure } = execution ?? { closure: null }
    const phase = closure?.phase ?? 'UNDEFINED'
    const ran = closure && elapsed(closure, execution !== undefined && hasEnded(execution), now)
    const head = [paint('bold', formatIdentifier(id)), paint(phaseColour(phase), phase)]
    if (typeof ran === 'number') head.push(duration(ran))
    const lines = [head.join('  '), ...(hint ? [paint('yellow', withoutControls(hint))] : [])]
    const table = nodes.size === 0 ? [] : nodeTable(now).trimEnd().split('\n')
    // The table's own head is kept with ours.
    inPlace.draw([...lines, ...table], lines.length + Math.min(1, table.length))
  }

  /** Those that began last are at the end: what does not fit on the terminal is above them. */
  function nodeTable(now: number): string {
    const sorted = [...nodes.values()].sort((left, right) => createdAt(left) - createdAt(right))
    const columns = [
      { title: '  NODE', value: ({ id }: NodeExecution) => `  ${id?.node_id ?? ''}` },
      {
        title: 'PHASE',
        value: ({ closure }: NodeExecution) => closure?.phase,
        colour: ({ closure }: NodeExecution) => phaseColour(closure?.phase ?? 'UNDEFINED'),
      },
      { title: 'DURATION', value: (node: NodeExecution) => nodeElapsed(node, now), isRight: true as const },
    ]
    return drawTable(sorted, columns, { isWide: false, paint })
  }

  function end(): void {
    if (ending.signal.aborted) return
    ending.abort()
    forget()
    inPlace.end()
  }

  /** The times go on also while nothing changes. */
  async function tick(): Promise<void> {
    while (!ending.signal.aborted) {
      await clockOf(io)
        .sleep(1_000, { signal: ending.signal })
        .catch(() => {})
      if (!ending.signal.aborted) draw()
    }
  }

  // Whoever presses Ctrl-C gets the cursor back before the process ends.
  const forget = onAbort(signal, end)
  void tick()
  return {
    show(change: ExecutionChange) {
      if (change.kind === 'node') {
        if (isWritten(change.node)) nodes.set(change.node.id?.node_id ?? '', change.node)
      } else {
        execution = change.execution
        if (change.kind !== 'updated') hint = change.kind === 'stalled' ? change.hint : undefined
      }
      draw()
    },
    end,
  }
}

const createdAt = ({ closure }: NodeExecution): number => (closure?.created_at ? millisecondsOf(closure.created_at) : 0)
