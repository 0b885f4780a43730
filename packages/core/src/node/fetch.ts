import crossFetch, { Response as CrossFetchResponse } from 'cross-fetch'
import { type CreateFetchOptions, createFetch, type Fetch } from '../fetch.js'
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
  const agent = (url: URL) => agents.for(url)
  const fetch: Fetch = (url, init) => crossFetch(String(url), { ...init, agent } as RequestInit).catch(withoutUrl)
  return createFetch({ ...options, fetch, buffer: bufferResponse })
}

/**
 * Reads a body of cross-fetch's, which is a Node stream, and puts it into a `Response` of cross-fetch's.
 *
 * Its bodies have no `cancel()`, which oauth4webapi calls on every OAuth error: without one the server's `invalid_client`
 * drowns in a TypeError. It has to be on the buffer itself, because that is what `clone()` hands on.
 */
async function bufferResponse(response: Response, url: string | URL, maxBytes: number): Promise<Response> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength
    // Leaving the loop destroys the stream, and with it the transfer.
    if (length > maxBytes) throw bodyTooLarge(url, maxBytes)
    chunks.push(chunk)
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
