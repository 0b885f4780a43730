// The nodes of an execution, as they come and change.
import type { NodeExecution } from '@flyte-js/idl'
import { element } from './element.js'
import { phaseBadge, showPhase } from './phase.js'

/** Makes a table without rows, which is not to be seen until there is one. */
export function createNodeTable(): { element: HTMLElement; show(node: NodeExecution): void } {
  const badges = new Map<string, HTMLElement>()
  const body = element('tbody')
  const head = element('tr', {}, element('th', { scope: 'col' }, 'Node'), element('th', { scope: 'col' }, 'Phase'))
  const section = element(
    'section',
    { hidden: true },
    element('h2', {}, 'Nodes'),
    element('table', {}, element('thead', {}, head), body),
  )
  return {
    element: section,
    show({ id, closure, metadata }) {
      const nodeId = id?.node_id ?? ''
      const phase = closure?.phase ?? 'UNDEFINED'
      // Where a workflow begins and ends nothing runs.
      if (nodeId === 'start-node' || nodeId === 'end-node') return
      const badge = badges.get(nodeId)
      if (badge) return showPhase(badge, phase)
      const made = phaseBadge(phase)
      badges.set(nodeId, made)
      const name = metadata?.spec_node_id || nodeId
      body.append(element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, made)))
      section.hidden = false
    },
  }
}
