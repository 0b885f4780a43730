import type { ClientRequest, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import crossFetch, { Response as CrossFetchResponse } from 'cross-fetch'
import { type CreateFetchOptions, createFetch } from '../fetch.js'
import type { Fetch } from '../fetch-contract.js'
import { bodyTooLarge } from '../limit-body.js'
import { type Agents, createAgents } from './agents.js'

/** What {@link createNodeFetch} can be told. */
export interface CreateNodeFetchOptions extends Omit<CreateFetchOptions, 'fetch' | 'buffer'> {
  /** The agents to go out on. Default: a pair of its own. */
  agents?: Agents
}

/**
 * The fetch of OAuth requests on Node: `cross-fetch` on our keep-alive agents.
 *
 * Node's own fetch is not loaded: that costs a script 79 ms and 39 MB at its start, and it takes no agent.
 *
 * @example
 * ```ts
 * import { createNodeFetch } from '@flyte-js/core/node'
 *
 * const response = await createNodeFetch()('https://flyte.example/healthcheck')
 * ```
 */
export function createNodeFetch({ agents = createAgents(), ...options }: CreateNodeFetchOptions = {}): Fetch {
  const fetch: Fetch = async (url, init) => {
    let incoming: IncomingMessage | undefined
    const agent = (target: URL) => observed(agents.for(target), (message) => (incoming = message))
    const body = sendable(init?.body)
    const response = await crossFetch(String(url), { ...init, body, agent } as RequestInit).catch(withoutUrl)
    const received = bodyOf(response)
    // The body is a pipe from the connection, which neither hears that the connection broke nor can close it.
    incoming?.once('error', (error) => received.destroy(error))
    received.cancel = async () => void incoming?.destroy()
    return response
  }
  return createFetch({ ...options, fetch, buffer: bufferResponse })
}

/** cross-fetch knows the streams of Node only: one of the web it would send as the text "[object ReadableStream]". */
function sendable(body: RequestInit['body'] | undefined) {
  const isWebStream = typeof body === 'object' && body !== null && 'getReader' in body
  return isWebStream ? Readable.fromWeb(body as unknown as Parameters<typeof Readable.fromWeb>[0]) : body
}

/** A body as cross-fetch has it on Node: a stream of Node's, with the one method of a web stream that we and others call. */
type NodeBody = Readable & { cancel(): Promise<void> }

const bodyOf = (response: Response) => response.body as unknown as NodeBody

/** The same agent, but one that shows the answer of its next request: cross-fetch keeps it to itself. */
function observed(agent: ReturnType<Agents['for']>, onResponse: (message: IncomingMessage) => void): object {
  const { addRequest } = agent as unknown as { addRequest(request: ClientRequest, ...rest: unknown[]): void }
  return Object.create(agent, {
    addRequest: {
      value(request: ClientRequest, ...rest: unknown[]) {
        request.once('response', onResponse)
        addRequest.call(agent, request, ...rest)
      },
    },
  })
}

/**
 * Reads a body of cross-fetch's and puts it into a `Response` of cross-fetch's.
 *
 * Its bodies have no `cancel()`, which oauth4webapi calls on every OAuth error: without one the server's `invalid_client`
 * drowns in a TypeError. It has to be on the buffer itself, because that is what `clone()` hands on.
 */
async function bufferResponse(response: Response, url: string | URL, maxBytes: number): Promise<Response> {
  const body = bodyOf(response)
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      length += chunk.byteLength
      if (length > maxBytes) throw bodyTooLarge(url, maxBytes)
      chunks.push(chunk)
    }
  } catch (error) {
    await body.cancel()
    throw error
  }
  const buffer = Object.assign(Buffer.concat(chunks), { cancel: async () => undefined })
  const { status, statusText, headers } = response
  return new CrossFetchResponse(buffer, { status, statusText, headers })
}

/** node-fetch writes the whole URL, query and all, into its messages. */
function withoutUrl(error: Error): never {
  error.message = error.message.replace(/^.*failed, reason: ?/s, '')
  throw error
}
