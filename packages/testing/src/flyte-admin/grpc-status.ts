// What goes wrong in Flyte Admin is a gRPC status; the gateway turns it into an HTTP answer.
import type { Message } from './message.js'

/** The codes of gRPC that Flyte Admin answers with. */
export const grpcCode = {
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unauthenticated: 16,
} as const

const httpStatusOfCode: Record<number, number> = {
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  12: 501,
  13: 500,
  14: 503,
  16: 401,
}

/** The HTTP status that grpc-gateway answers with for a code of gRPC. */
export function httpStatusOf(code: number): number {
  return httpStatusOfCode[code] ?? 500
}

/** A detail of a status: a message with the full name of its type. */
export interface StatusDetail {
  type: string
  message: Message
}

/** Thrown by the handler of an RPC to answer with an error. */
export class GrpcStatusError extends Error {
  readonly code: number
  readonly details: readonly StatusDetail[]

  constructor(code: number, message: string, details: readonly StatusDetail[] = []) {
    super(message)
    this.name = 'GrpcStatusError'
    this.code = code
    this.details = details
  }
}

/** Shorthand for the commonest refusal. */
export function invalidArgument(message: string, details?: readonly StatusDetail[]): GrpcStatusError {
  return new GrpcStatusError(grpcCode.invalidArgument, message, details)
}

/** Shorthand for what is not there. */
export function notFound(message: string): GrpcStatusError {
  return new GrpcStatusError(grpcCode.notFound, message)
}
