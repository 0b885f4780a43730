/// <reference path="./platform/platform.d.ts" />
import { followRedirects as follow, isPermanentFailure, networkFailure, platformFetch } from '#platform'
import type { Fetch, FetchInit } from './fetch-contract.js'
import { FlyteError } from './flyte-error.js'
import { carriesSecrets, redirectRefused } from './follow-redirects.js'
import { headerRecord } from './header-record.js'
import { TransportError } from './http-transport.js'
import { readLimited } from './limit-body.js'
import { originAndPath } from './redact.js'

/** What {@link createFetch} can be told. */
export interface CreateFetchOptions {
  /** Who does the work. Default: the platform's own `fetch`, or `cross-fetch` where there is none. */
  fetch?: Fetch
  /**
   * Milliseconds until a request is given up, its body included unless `maxBytes` is `Infinity`. `0` and `Infinity`: never.
   * Default 15,000, as flytectl's per-try timeout.
   */
  timeout?: number
  /**
   * The largest body that is read, in bytes. Default 1 MiB, since documents of OAuth are small. `Infinity` hands the body
   * on as it comes, unread.
   */
  maxBytes?: number
  /** Reads the body of an answer. Default: web streams; Node's cross-fetch has another kind. */
  buffer?: typeof bufferResponse
}

/**
 * A `fetch` that is safe to send secrets with: it gives up in time, reads no more than it should, and never takes
 * credentials to another origin on a redirect.
 *
 * It throws a {@link TransportError} when no answer comes, and the signal's own reason when the caller aborts.
 *
 * @example
 * ```ts
 * import { createFetch } from '@flyte-js/core'
 *
 * const fetch = createFetch({ timeout: 5_000 })
 * const response = await fetch('https://flyte.example/healthcheck')
 * ```
 */
export function createFetch(options: CreateFetchOptions = {}): Fetch {
  const { fetch = platformFetch, timeout = 15_000, maxBytes = 1024 * 1024, buffer = bufferResponse } = options
  return (url, init = {}) =>
    withDeadline({ url, timeout, signal: init.signal ?? undefined }, async (signal) => {
      const response = await send(fetch, url, { ...init, signal })
      // A redirect that a browser hides has the status 0 and nothing to read.
      return maxBytes === Number.POSITIVE_INFINITY || response.status === 0 ? response : buffer(response, url, maxBytes)
    })
}

/** What {@link withDeadline} needs to know. */
interface Deadline {
  url: string | URL
  timeout: number | undefined
  signal: AbortSignal | undefined
}

/**
 * Runs a request under the caller's signal and a timeout, and turns what it throws into errors of ours.
 *
 * @internal
 */
export async function withDeadline<T>(
  { url, timeout, signal }: Deadline,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const late = new AbortController()
  // A timer cannot be told to wait for ever: beyond 2^31 ms it goes off at once.
  const timer = timeout && timeout < 2 ** 31 ? setTimeout(() => late.abort(), timeout) : undefined
  try {
    return await run(signal ? AbortSignal.any([signal, late.signal]) : late.signal)
  } catch (error) {
    signal?.throwIfAborted()
    if (FlyteError.isInstance(error)) throw error
    const place = originAndPath(url)
    throw late.signal.aborted
      ? new TransportError('FLYTE_HTTP_TIMEOUT', `${place} gave no whole answer within ${timeout} ms`, { url })
      : new TransportError('FLYTE_HTTP_UNREACHABLE', `${place} cannot be reached: ${networkFailure(error)}`, {
          url,
          isTemporary: !isPermanentFailure(error),
          cause: error,
        })
  } finally {
    clearTimeout(timer)
  }
}

/** Reads a body to its end, so that the timeout covers it, and puts it into an answer like the first. */
async function bufferResponse(response: Response, url: string | URL, maxBytes: number): Promise<Response> {
  // The statuses that have no body; `new Response` insists on it (Fetch standard, "null body status").
  const hasBody = ![204, 205, 304].includes(response.status)
  const body = hasBody ? await (await readLimited(response, url, maxBytes)).arrayBuffer() : null
  // The answer's own class: where cross-fetch stands in for the platform, there is no global one.
  return new (response.constructor as typeof Response)(body, response)
}

async function send(fetch: Fetch, url: string | URL, init: FetchInit): Promise<Response> {
  const request = { ...init, headers: headerRecord(init.headers) }
  const response = await fetch(new URL(url).href, { ...request, redirect: 'manual' })
  if (init.redirect === 'manual') return response
  const isHidden = response.type === 'opaqueredirect'
  if (follow && !isHidden) return follow(fetch, url, request, response)
  // Bundlers take the browser's files for servers at the edge too, which show their redirects: they are treated alike.
  const isRedirect = isHidden || (response.status >= 300 && response.status < 400 && response.headers.has('location'))
  if (!isRedirect) return response
  // A browser hides where it leads. It may follow by itself as long as nothing secret is on board.
  if (init.redirect === 'error' || carriesSecrets(request))
    throw redirectRefused(url, 'the browser hides where it leads')
  return fetch(new URL(url).href, { ...request, redirect: 'follow' })
}
