// Inputs and outputs of executions, of their nodes and of the tries of their tasks: GetExecutionData, GetNodeExecutionData,
// GetTaskExecutionData, and GetData of the data proxy, which asks the latter two (flyteadmin/dataproxy/service.go).
import { messageToBinary } from '../binary-encoder.js'
import { type GrpcStatusError, invalidArgument, notFound } from '../grpc-status.js'
import { listField, type Message, messageField, stringField } from '../message.js'
import type { Call, Handler, Handlers } from '../state.js'
import { textFormat } from '../text-format.js'
import type { ExecutionDataId, ExecutionDataSets } from './execution-data-sets.js'
import { longestLife } from './expires-in.js'
import { flyteUrl, flyteUrlsOf, parseFlyteUrl } from './flyte-url.js'
import type { ObjectStore } from './object-store.js'

/** What data is served from. */
export interface ExecutionDataOptions {
  now(): number
  sets: ExecutionDataSets
  store: ObjectStore
  baseOf(call: Call): string
  /** The handlers of executions, nodes and tasks: who is not there has no data. */
  api: Handlers
}

type Kind = 'inputs' | 'outputs'

/** Makes the handlers. */
export function createExecutionData({ now, sets, store, baseOf, api }: ExecutionDataOptions): Handlers {
  /** A map as it is handed out, or its place in the store. */
  function part(kind: Kind, id: ExecutionDataId, own: Message, call: Call): Message {
    const data = sets.get(id)
    const literals = (data?.[kind] as Message | undefined) ?? messageField(own, 'literals')
    const map: Message = Object.keys(literals).length === 0 ? {} : { literals }
    const bytes = Buffer.from(messageToBinary('flyteidl.core.LiteralMap', map))
    if (data?.maxSizeInBytes === undefined || bytes.length < data.maxSizeInBytes) {
      return { [kind]: {}, [`full_${kind}`]: map }
    }
    const place = [id.project, id.domain, id.name, id.node_id, id.retry_attempt?.toString(), `${kind}.pb`]
    const nativeUrl = store.nativeUrl(['metadata', ...place.filter((segment) => segment !== undefined)])
    store.put(nativeUrl, bytes)
    const permission = { method: 'GET', expiresAt: now() + longestLife, headers: {} } as const
    const url = store.signedUrl(nativeUrl, permission, baseOf(call)) as string
    return { [kind]: { url, bytes: String(bytes.length) }, [`full_${kind}`]: {} }
  }
  const answer = (id: ExecutionDataId, own: Message, call: Call): Message => ({
    ...own,
    ...part('inputs', id, messageField(own, 'full_inputs'), call),
    ...part('outputs', id, messageField(own, 'full_outputs'), call),
  })

  /** What is known without the tests' data. Who has such data exists in any case. */
  async function own(id: ExecutionDataId, rpc: string, request: Message, call: Call): Promise<Message> {
    try {
      const handler = api[rpc]
      if (handler !== undefined) return await handler(request, call)
      throw missingData(rpc === 'GetNodeExecutionData' ? 'NodeExecution' : 'TaskExecution', messageField(request, 'id'))
    } catch (error) {
      if (sets.get(id) === undefined) throw error
      return {}
    }
  }

  const ofExecution: Handler = async (request, call) => {
    const { project, domain, name } = messageField(request, 'id') as unknown as ExecutionDataId
    const id = { project, domain, name }
    return answer(id, await own(id, 'GetExecutionData', request, call), call)
  }

  const ofNode: Handler = async (request, call) => {
    const nodeId = messageField(request, 'id')
    const id = dataIdOf(nodeId)
    const known = await own(id, 'GetNodeExecutionData', request, call)
    return answer(id, { flyte_urls: { ...flyteUrlsOf(nodeId), ...(await deckUrl(nodeId, call)) }, ...known }, call)
  }

  /** The flyte:// URL of a node's deck, where it has one. */
  async function deckUrl(nodeId: Message, call: Call): Promise<Message> {
    if (api.GetNodeExecution === undefined || sets.get(dataIdOf(nodeId)) !== undefined) return {}
    const { closure } = (await api.GetNodeExecution({ id: nodeId }, call)) as { closure?: Message }
    return stringField(closure ?? {}, 'deck_uri') === '' ? {} : { deck: flyteUrl(nodeId, 'd') }
  }

  const ofTask: Handler = async (request, call) => {
    const taskId = messageField(request, 'id')
    const nodeId = messageField(taskId, 'node_execution_id')
    const id = dataIdOf(nodeId, Number(taskId.retry_attempt ?? 0))
    const known = await own(id, 'GetTaskExecutionData', request, call)
    return answer(id, { flyte_urls: flyteUrlsOf(nodeId, id.retry_attempt), ...known }, call)
  }

  /** The try of a task whose identifier a flyte:// URL does not have whole. */
  async function taskIdOf(nodeId: Message, attempt: number, call: Call): Promise<Message> {
    const partial: Message = { node_execution_id: nodeId, ...(attempt > 0 && { retry_attempt: attempt }) }
    if (sets.get(dataIdOf(nodeId, attempt)) !== undefined) return partial
    const listed = await api.ListTaskExecutions?.(
      { node_execution_id: nodeId, limit: 1, filters: `eq(retry_attempt,${attempt})` },
      call,
    )
    const [first] = listField(listed ?? {}, 'task_executions')
    if (first !== undefined) return messageField(first, 'id')
    throw invalidArgument(`no task executions were listed [${textOf('TaskExecution', partial)}]. Error: <nil>`)
  }

  return {
    GetExecutionData: ofExecution,
    GetNodeExecutionData: ofNode,
    GetTaskExecutionData: ofTask,
    GetData: async (request, call) => {
      const url = stringField(request, 'flyte_url')
      const invalid = 'failed to validate resolve artifact request. Error: '
      if (url === '') throw invalidArgument(`${invalid}source is required. Provided empty string`)
      if (!url.startsWith('flyte://')) {
        throw invalidArgument(`${invalid}request does not start with the correct prefix`)
      }
      const parsed = parseFlyteUrl(url)
      if (parsed === undefined) throw invalidArgument(`failed to parse artifact url Error: failed to parse [${url}]`)
      const { nodeId, attempt, kind, name } = parsed
      if (kind === 'd' && attempt === undefined) {
        const link = await api.CreateDownloadLink?.(
          { artifact_type: 'ARTIFACT_TYPE_DECK', node_execution_id: nodeId },
          call,
        )
        return { pre_signed_urls: messageField(link ?? {}, 'pre_signed_urls') }
      }
      const data =
        attempt === undefined
          ? await ofNode({ id: nodeId }, call)
          : await ofTask({ id: await taskIdOf(nodeId, attempt, call) }, call)
      if (kind === 'd') {
        throw invalidArgument('deck type cannot be specified with a retry attempt, just use the node instead')
      }
      const map = messageField(data, kind === 'i' ? 'full_inputs' : 'full_outputs')
      if (name === undefined) return { literal_map: map }
      const literals = messageField(map, 'literals')
      if (Object.hasOwn(literals, name)) return { literal: literals[name] as Message }
      const where =
        attempt === undefined
          ? `node execution [${textOf('NodeExecution', nodeId)}]`
          : `task execution [${textOf('TaskExecution', await taskIdOf(nodeId, attempt, call))}]`
      throw invalidArgument(`name [${name}] not found in ${where}`)
    },
  }
}

type ExecutionKind = 'NodeExecution' | 'TaskExecution'

function textOf(kind: ExecutionKind, id: Message): string {
  return textFormat(`flyteidl.core.${kind}Identifier`, id)
}

/** What is said of a node or a try of a task that nobody has heard of. */
export function missingData(kind: ExecutionKind, id: Message): GrpcStatusError {
  const what = kind === 'NodeExecution' ? 'node execution' : 'task execution'
  return notFound(`missing entity of type ${what} with identifier ${textOf(kind, id)}`)
}

function dataIdOf(nodeId: Message, retry_attempt?: number): ExecutionDataId {
  const { project, domain, name } = messageField(nodeId, 'execution_id') as unknown as ExecutionDataId
  const node_id = stringField(nodeId, 'node_id')
  return { project, domain, name, node_id, ...(retry_attempt !== undefined && { retry_attempt }) }
}
