import { networkFailure, originAndPath } from '@flyte-js/core'
import type { LiteralMap } from '@flyte-js/idl'
import { AdminError, temporaryStatuses } from '../admin-error.js'
import { decodeMessage } from './decode-message.js'

/** What reads files from the store. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A file of literals in the store (`inputs.pb`, `outputs.pb`). */
export interface LiteralFile {
  /** The RPC that told of it. */
  rpc: string
  /** Its signed URL, whose query is a secret. */
  url: string
  bytes: number
}

/** Reads it. The URL says who asks, so no token goes along. */
export async function fetchLiteralMap(
  { rpc, url, bytes }: LiteralFile,
  {
    signal,
    maxBytes = 67_108_864,
    fetch = globalThis.fetch,
  }: { signal?: AbortSignal; maxBytes?: number; fetch?: Fetch },
): Promise<LiteralMap> {
  const place = originAndPath(url)
  const invalid = (message: string, status?: number, cause?: unknown) =>
    new AdminError('FLYTE_ADMIN_RESPONSE_INVALID', `${rpc}: ${place} ${message}`, {
      rpc,
      url,
      cause,
      ...(status !== undefined && { status }),
      isRetryable: status === undefined ? cause !== undefined : temporaryStatuses.includes(status),
    })
  if (bytes > maxBytes) throw invalid(`has ${bytes} bytes, more than the ${maxBytes} that may be read. Raise maxBytes`)
  let file: ArrayBuffer
  try {
    const response = await fetch(url, { credentials: 'omit', ...(signal && { signal }) })
    if (!response.ok) throw invalid(`answered with HTTP ${response.status}. Try again`, response.status)
    file = await response.arrayBuffer()
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (AdminError.isInstance(error)) throw error
    throw invalid(
      `cannot be reached: ${networkFailure(error)}. Check that the store is reached from here`,
      undefined,
      error,
    )
  }
  // Loaded only now: most inputs and outputs come as JSON.
  const descriptions = await import('@flyte-js/idl/messages')
  try {
    return decodeMessage(descriptions, 'flyteidl.core.LiteralMap', new Uint8Array(file)) as LiteralMap
  } catch {
    throw invalid('is no file of literals. Check that nothing stands before the store')
  }
}
