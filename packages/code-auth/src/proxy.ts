import {
  createFetch,
  defined,
  type EventListener,
  emit,
  type Fetch,
  type FetchInit,
  FlyteError,
  type FlyteErrorCode,
  networkFailure,
  type TokenSource,
  TransportError,
} from '@flyte-js/core'
import { retryHeaders, statusOf } from './failure.js'
import { adminPath } from './proxy/admin-path.js'
import { requestHeaders, responseHeaders } from './proxy/headers.js'
import { type ForwardedBody, forwardedBody } from './proxy/request-body.js'
import { refusal } from './refusal.js'
import { isOwnRequest } from './request-origin.js'

/** What {@link createProxy} is made from. */
export interface ProxyOptions {
  /** Flyte Admin's URL. */
  endpoint: string
  /** Our own origin, which alone may change something. */
  origin: string
  /** Where Flyte Admin's `/api/v1` is with us, without a slash at its end. */
  proxyPath: string
  /** The header that carries the token, in lower case. */
  header: string
  /** Who does the work. Default: the platform's own `fetch`. */
  fetch?: Fetch
  /** Milliseconds until Flyte Admin has begun to answer. Default 60,000, as an ingress waits. */
  timeout?: number
  /** Hears of requests that were refused. */
  onEvent?: EventListener
}

/** Hands a request on to Flyte Admin with the token of a session; `null` is nobody's. */
export type Proxy = (request: Request, session: { tokenSource: TokenSource } | null) => Promise<Response>

/** The methods of Flyte Admin's routes. It answers HEAD itself, with 501. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Bytes of a body that are kept to be sent again: most calls are smaller. */
const mostKeptBytes = 64 * 1024

/**
 * Makes the function that hands requests of a browser on to Flyte Admin, so that it needs neither a token nor CORS.
 *
 * Bodies stream, both ways. A refused token is replaced once, and the request sent again where its body was small enough to be
 * kept. Redirects are not followed: they would take the token elsewhere. What the browser said of itself stays here.
 */
export function createProxy(options: ProxyOptions): Proxy {
  const { endpoint, origin, proxyPath, header, timeout = 60_000, onEvent } = options
  const base = endpoint.replace(/\/+$/, '')
  // The time limit ends with the headers of an answer: its body may take as long as somebody reads it.
  const fetch = createFetch(defined({ fetch: options.fetch, timeout, maxBytes: Number.POSITIVE_INFINITY }))

  return async (request, session) => {
    const url = new URL(request.url)
    const path = adminPath(url.pathname, proxyPath)
    if (path === 'outside') return refuse(404, 'FLYTE_ADMIN_REQUEST_INVALID', 'its path is not below that of the proxy')
    if (path === 'ambiguous') return refuse(400, 'FLYTE_ADMIN_REQUEST_INVALID', 'its path can be read in two ways')
    if (!methods.includes(request.method)) {
      return refuse(405, 'FLYTE_ADMIN_REQUEST_INVALID', 'Flyte Admin has no such method', { allow: methods.join(', ') })
    }
    if (!isOwnRequest(request, origin)) {
      return refuse(403, 'FLYTE_AUTH_ORIGIN_REFUSED', 'it would change something, and does not come from our origin')
    }
    if (session === null) return refuse(401, 'FLYTE_AUTH_LOGGED_OUT', 'nobody is logged in')
    try {
      return await forward(request, `${base}${path}${url.search}`, session.tokenSource)
    } catch (error) {
      return refuseFor(error, request.signal)
    }
  }

  async function forward(request: Request, url: string, tokenSource: TokenSource): Promise<Response> {
    const { signal } = request
    const { accessToken } = await tokenSource.getToken({ signal })
    const body = await forwardedBody(request.body, mostKeptBytes)
    try {
      const first = await send(request, url, accessToken, body)
      if (first.status !== 401) return await answer(first)
      await first.body?.cancel()
      const renewed = await tokenSource.getToken({ signal, rejected: accessToken })
      const canRepeat = renewed.accessToken !== accessToken && !(body.content instanceof ReadableStream)
      const second = canRepeat ? await send(request, url, renewed.accessToken, body) : undefined
      if (second !== undefined && second.status !== 401) return await answer(second)
      await second?.body?.cancel()
      body.stop()
      return refuse(401, 'FLYTE_ADMIN_UNAUTHENTICATED', 'Flyte Admin refused the token')
    } catch (error) {
      body.stop()
      throw error
    }
  }

  function send({ method, headers, signal }: Request, url: string, token: string, { content: body }: ForwardedBody) {
    const init = {
      method,
      headers: { ...requestHeaders(headers), [header]: `Bearer ${token}` },
      body,
      // A stream is sent as it comes, before there is an answer. Only some types know of this.
      duplex: 'half',
      redirect: 'manual',
      signal,
    } satisfies FetchInit & { duplex: 'half' }
    return fetch(url, init)
  }

  async function answer(response: Response): Promise<Response> {
    const { status, headers, body } = response
    const isRedirect = status < 200 || (status >= 300 && status < 400 && status !== 304)
    if (isRedirect || status > 599) {
      await body?.cancel()
      return refuse(
        502,
        'FLYTE_ADMIN_RESPONSE_INVALID',
        'Flyte Admin answered with a redirect, or with no status of HTTP',
      )
    }
    const hasBody = ![204, 205, 304].includes(status)
    return new Response(hasBody ? body : null, { status, headers: responseHeaders(headers) })
  }

  function refuseFor(error: unknown, signal: AbortSignal): Response {
    // nginx's status for a client that has left: nobody reads it but a log.
    if (signal.aborted) return new Response(null, { status: 499 })
    if (!FlyteError.isInstance(error)) throw error
    // Only a login mends that; all others are somebody's trouble behind us.
    if (error.code === 'FLYTE_AUTH_LOGGED_OUT') return refuse(401, error.code, 'its session has ended')
    if (!(error instanceof TransportError)) {
      const status = statusOf(error)
      return refuse(status, error.code, 'no token could be had', retryHeaders(status))
    }
    if (error.code === 'FLYTE_HTTP_TIMEOUT') {
      return refuse(504, 'FLYTE_ADMIN_TIMEOUT', `Flyte Admin did not begin to answer within ${timeout} ms`)
    }
    return refuse(502, 'FLYTE_ADMIN_UNREACHABLE', `Flyte Admin cannot be reached: ${networkFailure(error)}`)
  }

  function refuse(
    status: number,
    code: FlyteErrorCode,
    reason: string,
    headers?: Readonly<Record<string, string>>,
  ): Response {
    emit(onEvent, { type: 'session.refused', operation: 'proxy', status, code, reason })
    return refusal(status, code, headers)
  }
}
