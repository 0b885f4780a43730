import { type FlyteEvent, TransportError } from '@flyte-js/core'
import { AdminError, type AdminErrorOptions } from '../src/admin-error.js'
import type { Call, Handler } from '../src/chain/link.js'

/** A call as a link of the chain sees it: a `getTask` that has for ever. */
export function createCall(fields: Partial<Call> = {}): Call {
  return {
    rpc: 'getTask',
    requestId: 'r-1',
    method: 'GET',
    url: 'http://localhost/api/v1/tasks/p/d/n/v',
    repeat: 'safe',
    isNameOwn: false,
    timeout: 15_000,
    deadline: Number.POSITIVE_INFINITY,
    extension: 0,
    tries: 0,
    renewals: 0,
    size: 0,
    ...fields,
  }
}

/** What Flyte Admin refuses with. */
export function refusal(options: Partial<AdminErrorOptions> = {}): AdminError {
  return new AdminError('FLYTE_ADMIN_RPC_FAILED', 'refused', { rpc: 'getTask', ...options })
}

/** No answer came: `sent` says whether the server can have seen the request. */
export function cut(sent: 'yes' | 'no' | 'unknown'): AdminError {
  const url = 'http://localhost/'
  const cause = new TransportError('FLYTE_HTTP_UNREACHABLE', 'cut', { url, sent })
  return new AdminError('FLYTE_ADMIN_UNREACHABLE', 'cut', { rpc: 'getTask', url, cause, isRetryable: true })
}

/** The rest of the chain, as a list of what it does in turn; the last goes on for ever. What it throws is thrown. */
export function answers(...list: unknown[]): { handler: Handler; calls: Call[] } {
  const calls: Call[] = []
  const handler: Handler = async (call) => {
    const answer = list[Math.min(calls.length, list.length - 1)]
    calls.push({ ...call })
    if (answer instanceof Error) throw answer
    return answer
  }
  return { handler, calls }
}

/** The rest of the chain, that answers when the test says so. */
export function pending() {
  const calls: Call[] = []
  const settle: { resolve(message: unknown): void; reject(error: unknown): void }[] = []
  const handler: Handler = (call) => {
    calls.push(call)
    return new Promise((resolve, reject) => {
      settle.push({ resolve, reject })
    })
  }
  return { handler, calls, settle }
}

/** Hears events and keeps them. */
export function createEvents() {
  const events: FlyteEvent[] = []
  return { events, onEvent: (event: FlyteEvent) => events.push(event), types: () => events.map(({ type }) => type) }
}

/** What a promise has come to by now, without waiting for it. */
export async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'resolved' | 'rejected'> {
  await new Promise((resolve) => setImmediate(resolve))
  return Promise.race([
    promise.then(
      () => 'resolved' as const,
      () => 'rejected' as const,
    ),
    new Promise<'pending'>((resolve) => setImmediate(() => resolve('pending'))),
  ])
}
