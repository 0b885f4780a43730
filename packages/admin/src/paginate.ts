import { AdminError } from './admin-error.js'
import type { CallOptions } from './request-types.js'

/** Fetches one page. */
type FetchPage = (request: object, options?: CallOptions) => Promise<unknown>

/**
 * The pages of a list, one after the other, until one has no token.
 *
 * Flyte Admin's token is an offset: behind a last page that is exactly full comes an empty one, which is no error and is not
 * yielded.
 */
export async function* pages(
  fetchPage: FetchPage,
  items: string,
  request: object = {},
  options?: CallOptions,
): AsyncGenerator<unknown, void, undefined> {
  let token: string | undefined
  do {
    const page = (await fetchPage(token === undefined ? request : { ...request, token }, options)) as Record<
      string,
      unknown
    >
    // The first page is an answer even when it is empty; a later one says nothing then.
    if (token === undefined || itemsOf(page, items).length > 0) yield page
    // A proxy that drops the query would have us read the first page for ever.
    if (token && page.token === token)
      throw new AdminError('FLYTE_ADMIN_RESPONSE_INVALID', `page ${token} leads to itself`, { rpc: items })
    token = page.token as string | undefined
  } while (token)
}

/** The items of all pages. */
export async function* paginate(
  fetchPage: FetchPage,
  items: string,
  request?: object,
  options?: CallOptions,
): AsyncGenerator<unknown, void, undefined> {
  for await (const page of pages(fetchPage, items, request, options))
    yield* itemsOf(page as Record<string, unknown>, items)
}

function itemsOf(page: Record<string, unknown>, items: string): unknown[] {
  return (page[items] ?? []) as unknown[]
}
