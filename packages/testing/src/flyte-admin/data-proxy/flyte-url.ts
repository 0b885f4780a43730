// flyte:// URLs, which name the inputs, outputs or deck of a node or of one try of its task (flyteadmin/pkg/common/flyte_url.go).
import type { Message } from '../message.js'

/** What a flyte:// URL names. */
export interface FlyteUrl {
  /** The node execution, as the message of its identifier. */
  nodeId: Message
  /** The try of the task; `undefined` for the node itself. */
  attempt?: number
  kind: 'i' | 'o' | 'd'
  /** One input or output of it. */
  name?: string
}

const part = '[a-zA-Z0-9_-]+'
const pattern = new RegExp(
  `flyte://v1/(${part})/(${part})/(${part})/(${part})(?:/([0-9]+))?/(?:([iod])|([io])/(${part}))$`,
)

/** Reads one; `undefined` for anything else. */
export function parseFlyteUrl(url: string): FlyteUrl | undefined {
  const match = pattern.exec(url)
  if (match === null) return undefined
  const [, project = '', domain = '', execution = '', node_id = '', attempt, whole, kind, name] = match
  return {
    nodeId: { node_id, execution_id: { project, domain, name: execution } },
    kind: (whole ?? kind) as FlyteUrl['kind'],
    ...(attempt !== undefined && { attempt: Number(attempt) }),
    ...(name !== undefined && { name }),
  }
}

/** The URL of inputs (`i`), outputs (`o`) or deck (`d`) of a node execution, or of a try of its task. */
export function flyteUrl(nodeId: Message, kind: FlyteUrl['kind'], attempt?: number): string {
  const { project, domain, name } = nodeId.execution_id as Message
  return `flyte://v1/${[project, domain, name, nodeId.node_id, ...(attempt === undefined ? [] : [attempt]), kind].join('/')}`
}

/** Those of inputs and outputs. */
export function flyteUrlsOf(nodeId: Message, attempt?: number): Message {
  return { inputs: flyteUrl(nodeId, 'i', attempt), outputs: flyteUrl(nodeId, 'o', attempt) }
}
