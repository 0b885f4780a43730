import { AuthError, createFetch, type Fetch, FlyteError, networkFailure, originAndPath } from '@flyte-js/core'

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

/**
 * Fetches one of the documents that Flyte Admin serves without a login.
 *
 * It asks with exactly `Accept: application/json`, because Flyte Admin answers in camelCase to anything else, and reads either
 * casing, because a proxy may change the header.
 *
 * @throws AuthError `FLYTE_AUTH_DISCOVERY_FAILED` when it cannot be had or is none
 */
export async function fetchDocument(
  url: URL,
  { fetch = createFetch(), signal }: Omit<DocumentOptions, 'endpoint'>,
): Promise<Document> {
  const failed = (why: string, options: { cause?: unknown; status?: number } = {}) =>
    new AuthError(
      'FLYTE_AUTH_DISCOVERY_FAILED',
      `${originAndPath(url)} ${why}. Check that platform.url (FLYTE_PLATFORM_URL) is the endpoint of a Flyte Admin with authentication on`,
      { endpoint: url, ...options },
    )
  let status: number
  let text: string
  try {
    const response = await fetch(url.href, { headers: { accept: 'application/json' }, ...(signal && { signal }) })
    status = response.status
    text = await response.text()
  } catch (error) {
    signal?.throwIfAborted()
    // Ours begins with the same URL already.
    const why = FlyteError.isInstance(error)
      ? error.message.replace(`${originAndPath(url)} `, '')
      : `cannot be reached: ${networkFailure(error)}`
    throw failed(why, { cause: error })
  }
  if (status !== 200) throw failed(`answered with HTTP ${status}`, { status })
  const value = parseJson(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return normalise(value)
  const isPage = /^\s*</.test(text)
  throw failed(
    `answered with ${isPage ? 'an HTML page, as a proxy, a login page or the console does' : 'something that is no JSON object'}`,
    { status },
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Either casing becomes snake_case. */
function normalise(value: object): Document {
  return Object.fromEntries(
    Object.entries(present(value)).map(([name, each]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      each,
    ]),
  )
}

/** Leaves out what is absent: Flyte Admin writes that as `""`. */
export function present<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, each]) => each !== '' && each !== null),
  ) as Partial<Fields>
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
