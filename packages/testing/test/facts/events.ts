// Events as a propeller sends them, and the executions they are of.
import { identifier, type Target } from './target.js'

/** A time within the minute that all events of tests are from. */
export const at = (second: number) => `2024-01-01T00:00:${String(second).padStart(2, '0')}Z`

const where = { project: 'flytesnacks', domain: 'development' }

/** The identifier of an execution. */
export const executionId = (name: string) => ({ ...where, name })

/** The identifier of a node execution. */
export const nodeId = (execution: string, node: string) => ({ node_id: node, execution_id: executionId(execution) })

/** The answer to a request: its status, and its body or what an error says. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<[number, unknown]>

/** Asks the API; of an error, the message only. */
export function asking(target: Target): Ask {
  return async (method, path, body) => {
    const answer = await target.call(method, `/api/v1/${path}`, body)
    return [answer.status, answer.status === 200 ? answer.json() : answer.json<{ message: string }>().message]
  }
}

/** The body of what must be there. */
export async function get<T = Record<string, never>>(target: Target, path: string): Promise<T> {
  const answer = await target.call('GET', `/api/v1/${path}`)
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`)
  return answer.json<T>()
}

/** Tells of an execution, a node or a task. */
export interface Events {
  workflow(execution: string, phase: string, second: number, more?: object): Promise<[number, unknown]>
  node(execution: string, node: string, phase: string, second: number, more?: object): Promise<[number, unknown]>
  task(execution: string, node: string, phase: string, second: number, more?: object): Promise<[number, unknown]>
}

/** Sends events; tasks are those that are named like their execution. */
export function sendingEvents(target: Target): Events {
  const ask = asking(target)
  const send = (kind: string, event: object) => ask('POST', `events/${kind}`, { request_id: 'r', event })
  return {
    workflow: (execution, phase, second, more = {}) =>
      send('workflows', { execution_id: executionId(execution), phase, occurred_at: at(second), ...more }),
    node: (execution, node, phase, second, more = {}) =>
      send('nodes', {
        id: nodeId(execution, node),
        phase,
        occurred_at: at(second),
        spec_node_id: node,
        event_version: 1,
        ...more,
      }),
    task: (execution, node, phase, second, more = {}) =>
      send('tasks', {
        task_id: identifier('TASK', execution),
        parent_node_execution_id: nodeId(execution, node),
        phase,
        occurred_at: at(second),
        ...more,
      }),
  }
}
