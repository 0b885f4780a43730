import { type ClientRequest, type Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Agents } from './agents.js'
import { shortenAgent } from './shorten-agent.js'

/** Where a request goes, in the words of `node:http`. */
export interface HttpTarget {
  readonly origin: HttpOrigin
  /** Path and query. */
  readonly path: string
}

/** What all requests to one origin have in common. */
export interface HttpOrigin {
  /** `node:http`'s request, or `node:https`'s. */
  readonly request: (options: RequestOptions) => ClientRequest
  readonly protocol: string
  readonly hostname: string
  readonly port: string
  /** The Host header. */
  readonly host: string
  readonly agent: HttpAgent
}

/** Paths and queries that a URL parser leaves as they are, but for directories such as `/./` and `/%2e%2e/`. */
const plainPath = /^\/[\w.~!$&()*+,;=:@%/-]*(?:\?[\w.~!$&()*+,;=:@%/?-]+)?$/
const dotSegment = /\/(?:\.|%2e)/i

/**
 * Reads URLs: an origin once, and of each URL no more than its path, since parsing one is dear for what each request needs.
 *
 * @param agents - are asked for the agent of an origin, once
 * @returns a function that throws a `TypeError` for what is no URL
 */
export function createHttpTargets(agents: Agents): (url: string) => HttpTarget {
  const origins = new Map<string, HttpOrigin>()
  return (url) => {
    const pathStart = url.indexOf('/', 'https://'.length)
    const known = pathStart > 0 ? origins.get(url.slice(0, pathStart)) : undefined
    if (known !== undefined) {
      const path = url.slice(pathStart)
      if (plainPath.test(path) && !dotSegment.test(path)) return { origin: known, path }
    }
    const parsed = new URL(url)
    const origin = origins.get(parsed.origin) ?? createOrigin(parsed, agents)
    origins.set(parsed.origin, origin)
    return { origin, path: parsed.pathname + parsed.search }
  }
}

function createOrigin(url: URL, agents: Agents): HttpOrigin {
  const { protocol, port, host } = url
  const request = protocol === 'https:' ? httpsRequest : httpRequest
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  return { request, protocol, hostname, port, host, agent: shortenAgent(agents.for(url), hostname, port) }
}
