import type { NodeExecution, NodeExecution_Phase } from '@flyte-js/idl'
import { duration } from '../output/duration.js'
import { phaseColour } from '../output/phase-colour.js'
import type { ListView, OneView } from '../output/print.js'
import { elapsed, timeText } from '../output/times.js'
import { identifierText } from './identifier.js'

/** Phases that a node never leaves (flyteidl/core/execution.proto). */
const terminalPhases: ReadonlySet<NodeExecution_Phase> = new Set([
  'SUCCEEDED',
  'FAILED',
  'ABORTED',
  'SKIPPED',
  'TIMED_OUT',
  'RECOVERED',
])

/** How long a node ran, or runs; `undefined` where it has not started. */
export function nodeElapsed({ closure }: NodeExecution, now: number): string | undefined {
  const milliseconds = closure ? elapsed(closure, terminalPhases.has(closure.phase), now) : undefined
  return milliseconds === undefined ? undefined : duration(milliseconds)
}

/**
 * Nodes of an execution.
 *
 * @param now - epoch milliseconds, for those that still run
 */
export function nodeExecutionView(now: number): ListView<NodeExecution> & OneView<NodeExecution> {
  return {
    columns: [
      { title: 'NAME', value: ({ id }) => id?.node_id },
      { title: 'PHASE', value: phaseOf, colour: (node) => phaseColour(phaseOf(node)) },
      { title: 'STARTED', value: ({ closure }) => timeText(closure?.started_at) },
      { title: 'ELAPSED TIME', value: (node) => nodeElapsed(node, now), isRight: true },
      { title: 'ERROR DATA', value: ({ closure }) => closure?.error?.message, maxWidth: 100 },
      { title: 'CACHE', value: cacheOf, isWide: true },
      { title: 'LAUNCHED', value: launchedOf, isWide: true },
      { title: 'KIND', value: kindOf, isWide: true },
    ],
    fields: (node) => [
      ['Name', node.id?.node_id],
      ['Execution', node.id ? identifierText({ id: node.id.execution_id }) : undefined],
      ['Phase', phaseOf(node)],
      ['Kind', kindOf(node)],
      ['Cache', cacheOf(node)],
      ['Launched', launchedOf(node)],
      ['Created', timeText(node.closure?.created_at)],
      ['Started', timeText(node.closure?.started_at)],
      ['Elapsed', nodeElapsed(node, now)],
      ['Deck', node.closure?.deck_uri],
      ['Error code', node.closure?.error?.code],
      ['Error', node.closure?.error?.message],
    ],
    // A node has no identifier of its own: with its execution's it is named to the other commands.
    nameOf: ({ id }) => id?.node_id ?? '',
  }
}

const phaseOf = ({ closure }: NodeExecution): NodeExecution_Phase => closure?.phase ?? 'UNDEFINED'

const cacheOf = ({ closure }: NodeExecution): string | undefined =>
  closure?.task_node_metadata?.cache_status.replace('CACHE_', '')

/** The execution that the node has launched. */
const launchedOf = ({ closure }: NodeExecution): string =>
  identifierText({ id: closure?.workflow_node_metadata?.executionId ?? null })

/** What has nodes below it. */
function kindOf({ metadata }: NodeExecution): string | undefined {
  if (metadata?.is_array) return 'array'
  if (metadata?.is_dynamic) return 'dynamic'
  return metadata?.is_parent_node ? 'parent' : undefined
}
