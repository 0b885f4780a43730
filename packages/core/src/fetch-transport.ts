/// <reference path="./platform/platform.d.ts" />
import { platformFetch } from '#platform'
import { withDeadline } from './fetch.js'
import type { Fetch } from './fetch-contract.js'
import { defaultMaxBytes, type HttpTransport } from './http-transport.js'
import { readLimited } from './limit-body.js'

/** What {@link fetchTransport} can be told. */
export interface FetchTransportOptions {
  /** Who does the work. Default: the platform's own `fetch`, or `cross-fetch` where there is none. */
  fetch?: Fetch
  /** Whether the browser sends cookies along. Default `omit`: a token says who asks, and a stale cookie must not. */
  credentials?: RequestCredentials
}

/**
 * An {@link HttpTransport} over `fetch`: the one for browsers, and for every platform without a better one.
 *
 * @example
 * ```ts
 * import { fetchTransport } from '@flyte-js/core'
 *
 * const { status } = await fetchTransport().request({ method: 'GET', url: 'https://flyte.example/healthcheck', headers: {} })
 * ```
 */
export function fetchTransport(options: FetchTransportOptions = {}): HttpTransport {
  const { fetch = platformFetch, credentials = 'omit' } = options
  return {
    request: ({ method, url, headers, body, signal, timeout, maxBytes = defaultMaxBytes }) =>
      withDeadline({ url, timeout, signal }, async (signal) => {
        const response = await fetch(url, { method, headers, credentials, redirect: 'manual', signal, body })
        return {
          status: response.status,
          header: (name) => response.headers.get(name) ?? undefined,
          body: await (await readLimited(response, url, maxBytes)).text(),
        }
      }),
  }
}
