/// <reference path="./platform/platform.d.ts" />
import { networkFailure, platformFetch } from '#platform'
import { FlyteError } from './flyte-error.js'
import { headerRecord } from './header-record.js'
import { TransportError } from './http-transport.js'
import { readLimited } from './limit-body.js'
import { originAndPath } from './redact.js'

/** The part of `fetch` that flyte-js needs: every platform has one, or cross-fetch is it. */
export type Fetch = (url: string | URL, init?: FetchInit) => Promise<Response>

/** What a request can be told: `fetch`'s own options, each of which may be `undefined`. */
export type FetchInit = { [Option in keyof RequestInit]?: RequestInit[Option] | undefined }

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

/** Redirects that are followed before a loop is presumed. */
const maxRedirects = 5

/** Headers that may travel to another origin: they say nothing about who asks (CORS-safelisted request headers). */
const harmlessHeaders = new Set(['accept', 'accept-language', 'content-language', 'content-type'])

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
      const response = await followRedirects(fetch, url, { ...init, signal })
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

async function followRedirects(fetch: Fetch, start: string | URL, init: FetchInit): Promise<Response> {
  let url = new URL(start)
  let request: FetchInit = { ...init, headers: headerRecord(init.headers) }
  for (let hop = 0; ; hop += 1) {
    const response = await fetch(url.href, { ...request, redirect: 'manual' })
    if (init.redirect === 'manual') return response
    if (response.type === 'opaqueredirect') {
      // A browser hides where it leads. It may follow by itself as long as nothing secret is on board.
      if (init.redirect === 'error' || carriesSecrets(request)) throw refused(url, 'the browser hides where it leads')
      return fetch(url.href, { ...request, redirect: 'follow' })
    }
    const location = response.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response
    const target = parseLocation(location, url)
    if (init.redirect === 'error') throw refused(url, 'redirects were not wanted')
    if (hop === maxRedirects) throw refused(url, `more than ${maxRedirects} redirects in a row`)
    if (target.protocol !== url.protocol && target.protocol !== 'https:') {
      throw refused(url, `it leaves ${url.protocol.slice(0, -1)}`)
    }
    if (becomesGet(response.status, request.method)) request = withoutBody(request)
    if (target.origin !== url.origin) {
      if (request.body != null) throw refused(url, `it would send the body to another origin, ${target.origin}`)
      request = { ...request, headers: onlyHarmless(request.headers as Record<string, string>) }
    }
    await (response.body as ReadableStream | null)?.cancel?.()
    url = target
  }
}

/** What a redirect does to a method (Fetch standard, "HTTP-redirect fetch", step 12). */
function becomesGet(status: number, method = 'GET'): boolean {
  return status === 303 ? !/^(GET|HEAD)$/i.test(method) : status < 303 && /^POST$/i.test(method)
}

/** A GET instead: without the body, and without the headers that describe one, on whose length a server would wait. */
function withoutBody({ body: _body, headers, ...rest }: FetchInit): FetchInit {
  const kept = Object.entries(headers as Record<string, string>).filter(([name]) => !name.startsWith('content-'))
  return { ...rest, method: 'GET', headers: Object.fromEntries(kept) }
}

function parseLocation(location: string, base: URL): URL {
  try {
    return new URL(location, base)
  } catch {
    throw refused(base, 'its Location is no URL')
  }
}

function refused(url: URL, why: string): TransportError {
  const message = `${originAndPath(url)} answered with a redirect that is not followed: ${why}`
  return new TransportError('FLYTE_HTTP_REDIRECT_REFUSED', message, { url, sent: 'yes' })
}

function onlyHarmless(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmlessHeaders.has(name)))
}

function carriesSecrets({ headers, body }: FetchInit): boolean {
  return body != null || Object.keys(headers as Record<string, string>).some((name) => !harmlessHeaders.has(name))
}
