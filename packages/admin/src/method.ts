import { type Clock, type EventListener, FlyteError, type FlyteErrorCode } from '@flyte-js/core'
import type { Route } from '@flyte-js/idl'
import { AdminError } from './admin-error.js'
import { type Call, type Handler, tell } from './chain/link.js'
import { checkNumbers } from './check-numbers.js'
import { nameExecution } from './name-execution.js'
import { pages, paginate } from './paginate.js'
import type { CallOptions } from './request-types.js'
import { createRouter, type RoutedRequest, type Router } from './route.js'

/** What the methods of a service have in common. */
export interface Calling {
  /** The endpoint, without a slash at its end. */
  base: string
  /** Milliseconds for one try, and for a whole call. */
  timeout: number
  callTimeout: number
  clock: Clock
  onEvent: EventListener | undefined
  /** What request ids begin with. */
  requestPrefix: string
  /** The chain. */
  send: Handler
}

let requests = 0

/** What cannot be written, such as half a surrogate pair or a circle, is the caller's error as well. */
function routed(rpc: string, router: Router, request: object): RoutedRequest {
  try {
    return router(request)
  } catch (cause) {
    if (FlyteError.isInstance(cause)) throw cause
    throw new AdminError(
      'FLYTE_ADMIN_REQUEST_INVALID',
      `${rpc}: the request cannot be written: ${(cause as Error).message}`,
      {
        rpc,
        cause,
      },
    )
  }
}

/** Makes the method of one RPC, with iterators where its answers come in pages. */
export function createMethod(rpc: string, route: Route, calling: Calling) {
  const { base, send, clock, onEvent, requestPrefix } = calling
  const router = createRouter(rpc, route)
  const [items] = route

  const method = async (given: object = {}, options: CallOptions = {}): Promise<unknown> => {
    const { signal, timeout = calling.timeout, callTimeout = calling.callTimeout } = options
    if (!(timeout >= 0 && callTimeout >= 0)) checkNumbers({ timeout, callTimeout })
    signal?.throwIfAborted()
    const { request, answer, isNameOwn } = nameExecution(rpc, given)
    const { method, target, body } = routed(rpc, router, request)
    const start = clock.monotonic()
    requests += 1
    const call: Call = {
      rpc,
      requestId: `${requestPrefix}-${requests}`,
      method,
      url: base + target,
      body,
      isNameOwn,
      repeat: answer ?? (method === 'POST' ? 'unsent' : 'safe'),
      timeout: timeout || Number.POSITIVE_INFINITY,
      deadline: start + (callTimeout || Number.POSITIVE_INFINITY),
      extension: 0,
      signal,
      tries: 0,
      renewals: 0,
      size: 0,
    }
    if (!onEvent) return await send(call)
    const told = (failed?: { code: FlyteErrorCode | 'ABORTED' | 'UNKNOWN' }) =>
      tell(call, onEvent, { type: 'admin.call', tries: call.tries, duration: clock.monotonic() - start, ...failed })
    try {
      const answer = await send(call)
      told()
      return answer
    } catch (error) {
      // Whoever leaves wants no answer: that is no failure.
      const isLeft = signal?.aborted && error === signal.reason
      told({ code: isLeft ? 'ABORTED' : FlyteError.isInstance(error) ? error.code : 'UNKNOWN' })
      throw error
    }
  }
  if (items === '') return method
  return Object.assign(method, {
    paginate: (request?: object, options?: CallOptions) => paginate(rpc, method, items, request, options),
    pages: (request?: object, options?: CallOptions) =>
      pages(rpc, method, items, request as Record<string, unknown> | undefined, options),
  })
}
