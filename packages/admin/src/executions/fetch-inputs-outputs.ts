import { FlyteError, originAndPath } from '@flyte-js/core'
import type { AdminService, DataProxyService, FlyteURLs, Identifier, Literal, LiteralMap, UrlBlob } from '@flyte-js/idl'
import { AdminError } from '../admin-error.js'
import { fromLiteral } from '../literals/from-literal.js'
import type { ServiceMethods } from '../request-types.js'
import type { ExecutionId } from './execution-change.js'
import { type Fetch, fetchLiteralMap } from './fetch-literal-map.js'

/** The name of a node of an execution (`flyteidl.core.NodeExecutionIdentifier`). */
export interface NodeExecutionId {
  /** The execution that the node is of. */
  execution_id: ExecutionId
  /** The node's name, e.g. `n0`. */
  node_id: string
}

/** The name of one try of a node's task (`flyteidl.core.TaskExecutionIdentifier`). */
export interface TaskExecutionId {
  /** The task. */
  task_id: Pick<Identifier, 'project' | 'domain' | 'name' | 'version'>
  /** The node that the task ran for. */
  node_execution_id: NodeExecutionId
  /** Which try, from 0 on. */
  retry_attempt: number
}

/** What {@link fetchInputsOutputs} needs of the client. */
export interface DataClient {
  /** Where the answers come from. */
  admin: Pick<ServiceMethods<AdminService>, 'getExecutionData' | 'getNodeExecutionData' | 'getTaskExecutionData'>
  /** Where maps come from that are too large for an answer. */
  dataProxy: Pick<ServiceMethods<DataProxyService>, 'getData'>
}

/** What {@link fetchInputsOutputs} can be told. */
export interface FetchDataOptions {
  /** Ends it. */
  signal?: AbortSignal
  /** Only these, so that nothing large is read that nobody wants. Default: both. */
  only?: 'inputs' | 'outputs'
  /** The largest file that is read from the store, in bytes. Default 64 MiB, as the client's own limit. */
  maxBytes?: number
  /** Who reads files from the store. Default: the platform's own `fetch`. */
  fetch?: Fetch
}

/** The inputs and outputs of an execution, of a node, or of a try of a task. */
export interface InputsOutputs {
  /**
   * The inputs by name, as plain values: see `fromLiteral` of `@flyte-js/admin/literals`. What that cannot read, such as binary
   * data of an unknown tag, stays the literal that it is.
   */
  inputs: Record<string, unknown>
  /** The outputs by name, as plain values; empty until there are some. */
  outputs: Record<string, unknown>
  /** All of them as Flyte has them. */
  literals: { inputs: LiteralMap; outputs: LiteralMap }
}

/**
 * Fetches inputs and outputs, of an execution, of one of its nodes or of one try of a node's task.
 *
 * Flyte Admin leaves out what is larger than it may hand out (`remoteData.maxSizeInBytes`, 2 MB by default). That is read from
 * the store by its signed URL, without a token, or through the data proxy; what cannot be had is an error, never an empty map.
 *
 * @throws `AdminError` `FLYTE_ADMIN_RESPONSE_INVALID` for what is too large to be had; what the RPCs throw
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { fetchInputsOutputs } from '@flyte-js/admin/executions'
 *
 * const client = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const execution_id = { project: 'flytesnacks', domain: 'development', name: 'f2b1' }
 * const { outputs } = await fetchInputsOutputs(client, execution_id)
 * const { inputs } = await fetchInputsOutputs(client, { execution_id, node_id: 'n0' })
 * ```
 */
export async function fetchInputsOutputs(
  client: DataClient,
  id: ExecutionId | NodeExecutionId | TaskExecutionId,
  options: FetchDataOptions = {},
): Promise<InputsOutputs> {
  const ending = options.signal && { signal: options.signal }
  const { admin } = client
  const [rpc, data] =
    'task_id' in id
      ? (['getTaskExecutionData', await admin.getTaskExecutionData({ id }, ending)] as const)
      : 'node_id' in id
        ? (['getNodeExecutionData', await admin.getNodeExecutionData({ id }, ending)] as const)
        : (['getExecutionData', await admin.getExecutionData({ id }, ending)] as const)
  const flyteUrls = 'flyte_urls' in data ? data.flyte_urls : null
  const part = (kind: keyof InputsOutputs['literals']) =>
    options.only !== undefined && options.only !== kind
      ? empty
      : wholeMap(client, options, { rpc, kind, map: data[`full_${kind}`], blob: data[kind], flyteUrls })
  const [inputs, outputs] = await Promise.all([part('inputs'), part('outputs')])
  return { inputs: plain(inputs), outputs: plain(outputs), literals: { inputs, outputs } }
}

const empty: LiteralMap = { literals: {} }

interface Part {
  rpc: string
  kind: 'inputs' | 'outputs'
  map: LiteralMap | null
  blob: UrlBlob | null
  flyteUrls: FlyteURLs | null
}

/** The map itself, or where it was left out, what lies in the store: an empty map has no size there. */
async function wholeMap(
  { dataProxy }: DataClient,
  options: FetchDataOptions,
  { rpc, kind, map, blob, flyteUrls }: Part,
): Promise<LiteralMap> {
  const found = map ?? empty
  const { url = '', bytes = '0' } = blob ?? {}
  if (Object.keys(found.literals).length > 0 || bytes === '0') return found
  if (/^https?:/.test(url)) return fetchLiteralMap({ rpc, url, bytes: Number(bytes) }, options)
  const flyte_url = flyteUrls?.[kind]
  const proxied = flyte_url
    ? (await dataProxy.getData({ flyte_url }, options.signal && { signal: options.signal })).literal_map
    : undefined
  if (proxied && Object.keys(proxied.literals).length > 0) return proxied
  const message = `${rpc}: the ${kind} are ${bytes} bytes, more than Flyte Admin hands out, and their place (${originAndPath(url)}) cannot be read from here. Ask the operator for remoteData.signedUrls or a larger remoteData.maxSizeInBytes, or fetch only the other ones (only)`
  throw new AdminError('FLYTE_ADMIN_RESPONSE_INVALID', message, { rpc })
}

function plain({ literals }: LiteralMap): Record<string, unknown> {
  return Object.fromEntries(Object.entries(literals).map(([name, literal]) => [name, plainOrLiteral(literal)]))
}

/** One that cannot be read, such as pickled bytes, must not hide the others. */
function plainOrLiteral(literal: Literal): unknown {
  try {
    return fromLiteral(literal)
  } catch (error) {
    if (FlyteError.isInstance(error)) return literal
    throw error
  }
}
