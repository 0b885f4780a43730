import type { AdminService, NodeExecution } from '@flyte-js/idl'
import type { CallOptions, ServiceMethods } from '../request-types.js'
import type { ExecutionId, NodeChange } from './execution-change.js'

/** What changed among the nodes of an execution since it was asked last. */
export interface NodeChanges {
  /** Lists the nodes; says which are new or have changed, and how many requests that took. */
  look(options: CallOptions): Promise<{ changes: NodeChange[]; requests: number }>
}

/** The largest page that keeps an answer well under a megabyte. */
const pageSize = 100

/** Remembers of each node its phase and when it changed, and nothing else: an execution may have thousands. */
export function createNodeChanges(
  admin: Pick<ServiceMethods<AdminService>, 'listNodeExecutions'>,
  id: ExecutionId,
): NodeChanges {
  const known = new Map<string, { phase: NodeChange['phase']; updatedAt: string | null }>()

  function changeOf(node: NodeExecution): NodeChange | undefined {
    const name = node.id?.node_id ?? ''
    const phase = node.closure?.phase ?? 'UNDEFINED'
    const updatedAt = node.closure?.updated_at ?? null
    const before = known.get(name)
    if (before?.phase === phase && before.updatedAt === updatedAt) return undefined
    known.set(name, { phase, updatedAt })
    return { kind: 'node', node, phase, ...(before && { previous: before.phase }) }
  }

  return {
    async look(options) {
      const nodes: NodeExecution[] = []
      let requests = 0
      for await (const page of admin.listNodeExecutions.pages(
        { workflow_execution_id: id, limit: pageSize },
        options,
      )) {
        nodes.push(...page.node_executions)
        requests += 1
      }
      // Only when all pages are here: a look that fails half-way must not swallow changes.
      return { changes: nodes.map(changeOf).filter((change) => change !== undefined), requests }
    },
  }
}
