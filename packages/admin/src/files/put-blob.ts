import { onAbort } from '@flyte-js/core'
import { reasonOf, type StoreAnswer } from './store-answer.js'

/** One PUT of a file. */
export interface PutBlob {
  url: string
  headers: Record<string, string>
  /** Without a type: `fetch` would send it as a header that is not signed. */
  body: Blob
  signal?: AbortSignal | undefined
  /** Milliseconds until it is given up. */
  timeout: number
  fetch: typeof globalThis.fetch
  /** Hears of bytes that went out, where somebody wants to know. */
  onSent?: ((sent: number) => void) | undefined
}

/**
 * Sends a file. Only `XMLHttpRequest` tells how much has gone out; a stream that counts is no way, because stores want a length
 * and browsers send streams without one, or not at all.
 */
export function putBlob(put: PutBlob): Promise<StoreAnswer> {
  return put.onSent && typeof XMLHttpRequest === 'function' ? putByXmlHttpRequest(put) : putByFetch(put)
}

async function putByFetch({ url, headers, body, signal, timeout, fetch }: PutBlob): Promise<StoreAnswer> {
  const controller = new AbortController()
  // A timer cannot be told to wait for ever: beyond 2^31 ms it goes off at once.
  const timer = timeout < 2 ** 31 ? setTimeout(() => controller.abort(timedOut(timeout)), timeout) : undefined
  const forget = signal && onAbort(signal, () => controller.abort(signal.reason))
  try {
    if (signal?.aborted) throw signal.reason
    const response = await fetch(url, {
      method: 'PUT',
      headers,
      body,
      credentials: 'omit',
      // A store does not send files elsewhere; following would send this one to whoever says so.
      redirect: 'manual',
      signal: controller.signal,
    })
    const { status, type } = response
    if (type === 'opaqueredirect') return { status, reason: 'Redirect' }
    return { status, reason: response.ok ? undefined : reasonOf(await beginningOf(response)) }
  } finally {
    clearTimeout(timer)
    forget?.()
  }
}

/** The first piece of a body, whatever follows. */
async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const first = await reader?.read()
  reader?.cancel().catch(() => {})
  return new TextDecoder().decode(first?.value)
}

function putByXmlHttpRequest({ url, headers, body, signal, timeout, onSent }: PutBlob): Promise<StoreAnswer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const request = new XMLHttpRequest()
    const forget = signal && onAbort(signal, () => request.abort())
    request.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.timeout = timeout < 2 ** 31 ? timeout : 0
    request.upload.onprogress = ({ loaded }) => onSent?.(loaded)
    request.onload = () => resolve({ status: request.status, reason: reasonOf(request.responseText) })
    request.onerror = () => reject(new Error('no answer'))
    request.ontimeout = () => reject(timedOut(timeout))
    request.onabort = () => reject(signal?.reason)
    request.onloadend = () => forget?.()
    request.send(body)
  })
}

function timedOut(timeout: number): Error {
  return Object.assign(new Error(`not sent within ${timeout} ms`), { code: 'ETIMEDOUT' })
}
