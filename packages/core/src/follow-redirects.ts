import type { Fetch, FetchInit } from './fetch-contract.js'
import { TransportError } from './http-transport.js'
import { originAndPath } from './redact.js'

/** Redirects that are followed before a loop is presumed. */
const maxRedirects = 5

/** Headers that may travel to another origin: they say nothing about who asks (CORS-safelisted request headers). */
const harmlessHeaders = new Set(['accept', 'accept-language', 'content-language', 'content-type'])

/** A request whose headers are a record. */
export type PlainRequest = FetchInit & { headers: Record<string, string> }

/** Follows redirects where the platform shows where they lead, and takes nothing secret to another origin. */
export async function followRedirects(
  fetch: Fetch,
  start: string | URL,
  init: PlainRequest,
  first: Response,
): Promise<Response> {
  let url = new URL(start)
  let request = init
  let response = first
  for (let hop = 0; ; hop += 1) {
    const location = response.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response
    const target = parseLocation(location, url)
    if (init.redirect === 'error') throw redirectRefused(url, 'redirects were not wanted')
    if (hop === maxRedirects) throw redirectRefused(url, `more than ${maxRedirects} redirects in a row`)
    if (target.protocol !== url.protocol && target.protocol !== 'https:') {
      throw redirectRefused(url, `it leaves ${url.protocol.slice(0, -1)}`)
    }
    if (becomesGet(response.status, request.method)) request = withoutBody(request)
    if (target.origin !== url.origin) {
      if (request.body != null) throw redirectRefused(url, `it would send the body to another origin, ${target.origin}`)
      request = { ...request, headers: onlyHarmless(request.headers) }
    }
    await (response.body as ReadableStream | null)?.cancel?.()
    url = target
    response = await fetch(url.href, { ...request, redirect: 'manual' })
  }
}

/** The error for a redirect that would take something where it does not belong. */
export function redirectRefused(url: string | URL, why: string): TransportError {
  const message = `${originAndPath(url)} answered with a redirect that is not followed: ${why}`
  return new TransportError('FLYTE_HTTP_REDIRECT_REFUSED', message, { url, sent: 'yes' })
}

/** Whether a request says who asks. */
export function carriesSecrets({ headers, body }: PlainRequest): boolean {
  return body != null || Object.keys(headers).some((name) => !harmlessHeaders.has(name))
}

/** What a redirect does to a method (Fetch standard, "HTTP-redirect fetch", step 12). */
function becomesGet(status: number, method = 'GET'): boolean {
  return status === 303 ? !/^(GET|HEAD)$/i.test(method) : status < 303 && /^POST$/i.test(method)
}

/** A GET instead: without the body, and without the headers that describe one, on whose length a server would wait. */
function withoutBody({ body: _body, headers, ...rest }: PlainRequest): PlainRequest {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith('content-'))
  return { ...rest, method: 'GET', headers: Object.fromEntries(kept) }
}

function parseLocation(location: string, base: URL): URL {
  try {
    return new URL(location, base)
  } catch {
    throw redirectRefused(base, 'its Location is no URL')
  }
}

function onlyHarmless(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmlessHeaders.has(name)))
}
