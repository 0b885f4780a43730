import type { FlyteErrorCode } from '@flyte-js/core'

/** What a person is told beside a code. */
export interface RefusalOptions {
  /** Where they can log in: a page gets a link to it, or a form. */
  loginPath?: string | undefined
  /** Whether that takes a form alone. Default false. */
  requirePost?: boolean
  /** Further headers, e.g. `allow`. */
  headers?: Readonly<Record<string, string>>
}

/**
 * What a browser gets that is not served: a status, and nothing in the body but a code.
 *
 * Whatever else is known goes to `onEvent`: a person cannot use it, and somebody who tries the doors could.
 */
export function refusal(
  status: number,
  code: FlyteErrorCode | 'UNKNOWN',
  headers: Readonly<Record<string, string>> = {},
): Response {
  return answer(JSON.stringify({ code }), status, { 'content-type': 'application/json', ...headers })
}

/**
 * The same for whoever may look at it: a person who looks at a page gets a small page, everybody else JSON. It never redirects, so
 * that nobody goes in circles.
 */
export function refuse(request: Request, status: number, code: FlyteErrorCode, options: RefusalOptions = {}): Response {
  const { headers = {} } = options
  if (!isPageRequest(request)) return refusal(status, code, headers)
  return answer(page(status, code, options), status, { 'content-type': 'text/html; charset=utf-8', ...headers })
}

/** Whether a person will look at the answer: a navigation, or a client that would rather have HTML. */
export function isPageRequest({ headers }: Request): boolean {
  const mode = headers.get('sec-fetch-mode')
  const accept = headers.get('accept') ?? ''
  return mode === null ? /^\s*text\/html\b/i.test(accept) : mode === 'navigate' && /\btext\/html\b/i.test(accept)
}

function answer(body: string, status: number, headers: Readonly<Record<string, string>>): Response {
  return new Response(body, {
    status,
    headers: {
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      // A form of ours says where it is from.
      'referrer-policy': 'same-origin',
      ...headers,
    },
  })
}

function page(status: number, code: FlyteErrorCode, { loginPath, requirePost = false }: RefusalOptions): string {
  const head = '<!doctype html><html lang="en"><meta charset="utf-8">'
  // Whoever is logged in stays so.
  const passing = '<title>Not available</title><p>This is not available right now. Please try again in a moment.</p>'
  const title = `${head}${status === 503 ? passing : '<title>Not logged in</title>'}`
  if (loginPath === undefined) return `${title}<p>${code}</p></html>`
  const place = loginPath.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`)
  const way = requirePost
    ? `<form method="post" action="${place}"><button>Log in</button></form>`
    : `<p><a href="${place}">Log in</a></p>`
  return `${title}<p>${code}</p>${way}</html>`
}
