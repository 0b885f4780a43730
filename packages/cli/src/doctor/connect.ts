import type { FlyteConfig } from '@flyte-js/config'
import { createNodeFetch, nodeHttpTransport } from '@flyte-js/core/node'
import { createNetwork, type NetworkContext } from '@flyte-js/node'
import type { Target } from './examination.js'

/** Milliseconds for one request; checks have their own limits. */
const timeout = 10_000

/** The client's own way to Flyte Admin: with its proxy, its authorities, and the token for what stands before it. */
export async function connect(config: FlyteConfig, context: NetworkContext): Promise<Target> {
  const { endpoint } = context
  const network = await createNetwork(config, context)
  const { agents } = network
  const url = new URL(endpoint)
  return {
    endpoint,
    url,
    network,
    transport: network.wrapTransport(nodeHttpTransport({ agents })),
    fetch: network.wrapFetch(createNodeFetch({ agents, timeout })),
    proxy: network.proxyOf(url),
  }
}

/** Host and port of a URL, as sockets take them. */
export function addressOf({ hostname, port, protocol }: URL): { host: string; port: number } {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) }
}
