import {
  defined,
  FlyteError,
  type FlyteErrorCode,
  type FlyteErrorOptions,
  originAndPath,
  readRetryAfter,
} from '@flyte-js/core'

/** The names of gRPC's status codes, by number (google/rpc/code.proto). */
const grpcStatuses =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED'.split(
    ' ',
  ) as GrpcStatus[]

/** What a proxy says while the server behind it is away or busy. */
export const temporaryStatuses: readonly number[] = [429, 502, 503, 504]

/** A gRPC status by name, e.g. `NOT_FOUND`. */
export type GrpcStatus =
  | 'OK'
  | 'CANCELLED'
  | 'UNKNOWN'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED'

/** What an {@link AdminError} is made with. */
export interface AdminErrorOptions extends FlyteErrorOptions {
  /** The RPC, e.g. `getTask`. */
  rpc: string
  /** The URL that was asked; only its origin and path are kept. */
  url?: string | URL
  /** The HTTP status, where an answer came. */
  status?: number
  /** The gRPC code, where the answer had one. */
  grpcCode?: number | undefined
  /** The server's `Retry-After`. */
  retryAfter?: string | undefined
  /** The id that the server heard as `X-Request-Id`. */
  requestId?: string
  /** How often the call was tried. */
  tries?: number
  /** Whether the same call may succeed later. Default: told by status and code. */
  isRetryable?: boolean | undefined
}

/** A call to Flyte Admin failed: the server said so, could not be reached, or answered something that cannot be believed. */
export class AdminError extends FlyteError {
  static override readonly kind: string = 'AdminError'

  /** The RPC, e.g. `getTask`. */
  declare readonly rpc: string
  /** Origin and path of the URL that was asked. */
  declare readonly url?: string
  /** The HTTP status, where an answer came. */
  declare readonly status?: number
  /** The gRPC code, where the answer had one. */
  declare readonly grpcCode?: number
  /** The gRPC code by name, e.g. `NOT_FOUND`. */
  declare readonly grpcStatus?: GrpcStatus
  /** Whether the same call may succeed later. */
  declare readonly isRetryable: boolean
  /** Milliseconds that the server asks to wait (`Retry-After`). */
  declare readonly retryAfter?: number
  /** The same for all tries of the call; the server heard it as `X-Request-Id`. */
  declare readonly requestId?: string
  /** How often the call was tried. */
  declare readonly tries?: number

  constructor(code: FlyteErrorCode, message: string, options: AdminErrorOptions) {
    super(code, message, options)
    const { rpc, url, status, grpcCode, retryAfter, requestId, tries } = options
    const grpcStatus = grpcStatuses[grpcCode ?? -1]
    const fields = {
      rpc,
      url: url && originAndPath(url),
      status,
      grpcCode,
      grpcStatus,
      isRetryable:
        options.isRetryable ??
        (grpcStatus
          ? /^(UNAVAILABLE|RESOURCE_EXHAUSTED|DEADLINE_EXCEEDED)$/.test(grpcStatus)
          : temporaryStatuses.includes(status ?? 0)),
      retryAfter: readRetryAfter(retryAfter, Date.now()),
      requestId,
      tries,
    }
    Object.assign(this, defined(fields))
  }
}
