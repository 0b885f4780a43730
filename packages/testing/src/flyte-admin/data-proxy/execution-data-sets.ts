// Inputs and outputs that tests give, in the place of the tasks that nobody runs here.

/** The name of an execution, of a node of it with `node_id`, of a try of the node's task with `retry_attempt` as well. */
export interface ExecutionDataId {
  /** The project. */
  project: string
  /** The domain. */
  domain: string
  /** The execution's own name. */
  name: string
  /** The node, e.g. `n0`. Without one it is the execution. */
  node_id?: string
  /** Which try of the node's task, from 0 on. Without one it is the node. */
  retry_attempt?: number
}

/** Inputs and outputs that a test gives. Literals are written as in flyteidl's JSON: `{ scalar: { primitive: { integer: '1' } } }`. */
export interface ExecutionData {
  /** Literals by the names of the inputs. */
  inputs?: { readonly [name: string]: object }
  /** Literals by the names of the outputs. */
  outputs?: { readonly [name: string]: object }
  /**
   * Bytes from which on a map is not handed out: the answer has its size and a signed URL of it in protobuf's binary form, as
   * from a Flyte Admin with `remoteData.signedUrls.enabled`. By default everything is handed out.
   */
  maxSizeInBytes?: number
}

/** The data that tests have given. */
export interface ExecutionDataSets {
  set(id: ExecutionDataId, data: ExecutionData): void
  get(id: ExecutionDataId): ExecutionData | undefined
}

/** Makes an empty set. */
export function createExecutionDataSets(): ExecutionDataSets {
  const sets = new Map<string, ExecutionData>()
  const keyOf = ({ project, domain, name, node_id, retry_attempt }: ExecutionDataId) =>
    JSON.stringify([project, domain, name, node_id, retry_attempt])
  return { set: (id, data) => sets.set(keyOf(id), data), get: (id) => sets.get(keyOf(id)) }
}
