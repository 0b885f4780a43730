import { onAbort } from '@flyte-js/core'
import { AdminError } from './admin-error.js'
import { checkEndpoint } from './chain/failures.js'
import type { CallOptions } from './request-types.js'

/** Fetches one page. */
type FetchPage = (request: object, options?: CallOptions) => Promise<unknown>

type Page = Record<string, unknown>

type Result = IteratorResult<unknown, void>

/** How many items make a page, where the caller does not say: Flyte Admin insists on a number. */
const defaultLimit = 100

/**
 * Flyte Admin's token is an offset into whatever order the database happens to have, so that without one of our own items are
 * repeated and left out. Lists of names know none but by name; projects have one by themselves, their identifier.
 */
const orderOf = (items: string) =>
  items === 'projects' ? undefined : { key: items === 'entities' ? 'name' : 'created_at', direction: 'ASCENDING' }

/**
 * The pages of a list, one after the other, until one has no token. While the caller is busy with a page, the next is fetched.
 *
 * Behind a last page that is exactly full comes an empty one, which is no error and is not yielded.
 */
export async function* pages(
  rpc: string,
  fetchPage: FetchPage,
  items: string,
  request: Page = {},
  { signal, ...options }: CallOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  signal?.throwIfAborted()
  // Ends what was fetched ahead when the caller has seen enough.
  const enough = new AbortController()
  const forget = signal && onAbort(signal, () => enough.abort(signal.reason))

  function fetch(token: unknown): Promise<Page> {
    const page = fetchPage(
      { ...request, limit: request.limit || defaultLimit, sort_by: request.sort_by ?? orderOf(items), token },
      { ...options, signal: enough.signal },
    )
    // Its failure is told when its turn has come; nobody hears of it when that never comes.
    page.catch(() => {})
    return page as Promise<Page>
  }

  try {
    let token: unknown = request.token
    let isFirst = true
    for (let ahead: Promise<Page> | undefined = fetch(token); ahead; isFirst = false) {
      const page: Page = await ahead
      signal?.throwIfAborted()
      // A proxy that drops the query would have us read the first page for ever.
      if (page.token && page.token === token)
        throw new AdminError(
          'FLYTE_ADMIN_RESPONSE_INVALID',
          `${rpc}: page ${token} leads to itself, as if something dropped the query. ${checkEndpoint}`,
          { rpc },
        )
      token = page.token
      ahead = token ? fetch(token) : undefined
      // The first page is an answer even when it is empty; a later one says nothing then.
      if (isFirst || itemsOf(page, items).length > 0) yield page
    }
  } finally {
    forget?.()
    enough.abort()
  }
}

/**
 * The items of all pages.
 *
 * It is written by hand since an item costs three times as much by `yield*` in a generator: 0.28 us against 0.08.
 */
export function paginate(
  rpc: string,
  fetchPage: FetchPage,
  items: string,
  request?: object,
  options?: CallOptions,
): AsyncGenerator<unknown, void, undefined> {
  const list = pages(rpc, fetchPage, items, request as Page | undefined, options)
  let page: unknown[] = []
  let index = 0
  /** What was asked for last, while it is under way. */
  let last: Promise<Result> | undefined

  async function following(): Promise<Result> {
    while (index >= page.length) {
      const result = await list.next()
      if (result.done) return result
      page = itemsOf(result.value as Page, items)
      index = 0
    }
    return { done: false, value: page[index++] }
  }

  /** One after the other, as with any generator, for who does not wait for one item before he asks for the next. */
  function inTurn(step: () => Promise<Result>): Promise<Result> {
    const result = last ? last.then(step, step) : step()
    const ended = () => {
      if (last === result) last = undefined
    }
    result.then(ended, ended)
    last = result
    return result
  }

  function end(how: () => Promise<Result>): Promise<Result> {
    return inTurn(() => {
      page = []
      return how()
    })
  }

  return Object.assign(Object.create(Object.getPrototypeOf(list)), {
    next: () =>
      last || index >= page.length ? inTurn(following) : Promise.resolve({ done: false, value: page[index++] }),
    return: () => end(() => list.return()),
    throw: (error: unknown) => end(() => list.throw(error)),
  })
}

function itemsOf(page: Page, items: string): unknown[] {
  return (page[items] ?? []) as unknown[]
}
