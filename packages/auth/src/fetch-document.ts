import { AuthError, createFetch, defined, type Fetch, FlyteError, originAndPath, TransportError } from '@flyte-js/core'
import { whyNoAnswer } from './no-answer.js'

/** What the readers of Flyte Admin's open documents need. */
export interface DocumentOptions {
  /** Flyte Admin's base URL, e.g. `https://flyte.example.com`. */
  endpoint: string | URL
  /** Plain HTTP is meant. Default false: then only loopback may do without TLS. */
  insecure?: boolean
  /** Who asks. Default: the platform's fetch with a timeout of 15 s and bodies of at most 1 MiB. */
  fetch?: Fetch
  /** Ends the request. */
  signal?: AbortSignal
}

/** A JSON object whose names are in snake_case and whose empty texts are gone. */
export type Document = Readonly<Record<string, unknown>>

/** How {@link fetchDocument} asks. */
interface Asking extends Pick<DocumentOptions, 'fetch' | 'signal'> {
  /** Default: redirects are followed. */
  redirect?: 'manual'
  /** What to do where it cannot be had. */
  cure?: string
}

/**
 * Fetches one of the documents that are served without a login.
 *
 * It asks with exactly `Accept: application/json`, because Flyte Admin answers in camelCase to anything else, and reads either
 * casing, because a proxy may change the header.
 *
 * @throws AuthError `FLYTE_AUTH_DISCOVERY_FAILED` when it cannot be had or is none
 */
export async function fetchDocument(
  url: URL,
  {
    fetch = createFetch(),
    signal,
    redirect,
    cure = 'Check that platform.url (FLYTE_PLATFORM_URL) is the endpoint of a Flyte Admin with authentication on',
  }: Asking,
): Promise<Document> {
  const failed = (why: string, facts: { cause?: unknown; status?: number }) =>
    new AuthError('FLYTE_AUTH_DISCOVERY_FAILED', `${originAndPath(url)} ${why}. ${cure}`, { endpoint: url, ...facts })
  let status: number
  let text: string
  try {
    const response = await fetch(url.href, {
      headers: { accept: 'application/json' },
      ...defined({ signal, redirect }),
    })
    status = response.status
    text = await response.text()
  } catch (cause) {
    signal?.throwIfAborted()
    // Who asks could not even begin, e.g. for a certificate that is configured wrongly, and says so better than we could.
    if (FlyteError.isInstance(cause) && !TransportError.isInstance(cause)) throw cause
    throw failed(whyNoAnswer(cause, url), { cause })
  }
  if (status !== 200) throw failed(`answered with HTTP ${status}`, { status })
  const value = parseJson(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return normalise(value)
  const what = /^\s*</.test(text) ? 'an HTML page, as a proxy or a login page does' : 'what is no JSON object'
  throw failed(`answered with ${what}`, { status })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Either casing becomes snake_case. What is absent is left out: Flyte Admin writes that as `""`. */
function normalise(value: object): Document {
  const present = Object.entries(value).filter(([, each]) => each !== '' && each !== null)
  return Object.fromEntries(
    present.map(([name, each]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), each]),
  )
}

/** A text of the document. */
export function textOf(document: Document, name: string): string | undefined {
  const value = document[name]
  return typeof value === 'string' ? value : undefined
}

/** A list of texts of the document; whatever else is in it is left out. */
export function textsOf(document: Document, name: string): string[] {
  const value = document[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
