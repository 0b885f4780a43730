import { AuthError } from '@flyte-js/core'
import { redirectTarget } from './redirect-target.js'
import { isOwnRequest } from './request-origin.js'
import type { Settings } from './settings.js'

/** Bytes of a form: a path and little else. */
const longestForm = 16_384

/**
 * Refuses what a page of another origin has a browser send (CSRF).
 *
 * @throws AuthError `FLYTE_AUTH_ORIGIN_REFUSED`
 */
export function checkOrigin(request: Request, { origin }: Pick<Settings, 'origin'>): void {
  if (isOwnRequest(request, origin)) return
  const message = `A ${request.method} request came that is not from a page of ${origin}. It was refused. Send it from there; a client that is no browser sends that as Origin`
  throw new AuthError('FLYTE_AUTH_ORIGIN_REFUSED', message)
}

/**
 * Lets through what login and logout may be asked by.
 *
 * @throws AuthError `FLYTE_AUTH_POST_REQUIRED`, `FLYTE_AUTH_ORIGIN_REFUSED`
 */
export function checkMethod(request: Request, settings: Pick<Settings, 'origin' | 'requirePost'>): void {
  const isGet = request.method === 'GET' || request.method === 'HEAD'
  if (request.method !== 'POST' && (settings.requirePost || !isGet)) {
    const message = 'Login or logout was asked for by another method than POST. Send a form, or leave requirePost out'
    throw new AuthError('FLYTE_AUTH_POST_REQUIRED', message)
  }
  checkOrigin(request, settings)
}

/**
 * Where a browser is to go afterwards: `redirect_url` of the query, or of a form.
 *
 * @throws AuthError `FLYTE_AUTH_REDIRECT_REFUSED`
 */
export async function readTarget(
  request: Request,
  fallback: string,
  places: Pick<Settings, 'origin' | 'allowedRedirects'>,
): Promise<string> {
  const inQuery = new URL(request.url).searchParams.getAll('redirect_url')
  const asked = [...inQuery, ...(await formValues(request))]
  const [first = fallback] = asked
  // Two of them are none: somebody would read the other one.
  const target = asked.length > 1 ? undefined : redirectTarget(first, places)
  if (target !== undefined) return target
  const message =
    'The redirect_url is neither a path of ours nor a place in allowedRedirects. Nobody was sent there. Write a path, or list the place'
  throw new AuthError('FLYTE_AUTH_REDIRECT_REFUSED', message)
}

async function formValues(request: Request): Promise<string[]> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? '')
  if (request.method !== 'POST' || !isForm || request.body === null) return []
  const text = await readStart(request.body, longestForm)
  return new URLSearchParams(text).getAll('redirect_url')
}

/** The text of a body; of one that is too long, only its beginning. */
async function readStart(body: ReadableStream<Uint8Array>, most: number): Promise<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text
    text += decoder.decode(value, { stream: true })
    if (text.length < most) continue
    await reader.cancel()
    return text.slice(0, most)
  }
}
