import type { ExecutionChange } from '@flyte-js/admin/executions'
import { clockOf } from '../clock-of.js'
import { withoutControls } from '../output/controls.js'
import type { Session } from '../session.js'
import { nodeElapsed } from '../views/node-executions.js'
import { isWritten } from './watched-node.js'

/** Shows a person what changes. */
export interface WatchView {
  show(change: ExecutionChange): void
  /** Leaves the terminal as it was. */
  end(): void
}

/** A line for each new phase, as `2026-01-01T00:00:00Z  n0  RUNNING`: on stdout, or on stderr where the answer is for a program. */
export function createWatchLines({ io, format, tell }: Session): WatchView {
  const isAnswer = format === 'table' || format === 'wide'
  const line = (...words: readonly (string | undefined)[]) => {
    const time = new Date(clockOf(io).now()).toISOString().replace(/\.\d+/, '')
    const text = withoutControls([time, ...words.filter((word) => word !== undefined)].join('  '))
    if (isAnswer) io.stdout.write(`${text}\n`)
    else tell(text)
  }
  return {
    show(change) {
      if (change.kind === 'phase') line(change.execution.id?.name ?? '', change.phase)
      if (change.kind === 'stalled') tell(`${change.phase} for long: ${change.hint}`)
      if (change.kind !== 'node' || !isWritten(change.node) || change.phase === change.previous) return
      line(change.node.id?.node_id ?? '', change.phase, nodeElapsed(change.node, clockOf(io).now()))
    },
    end() {},
  }
}
