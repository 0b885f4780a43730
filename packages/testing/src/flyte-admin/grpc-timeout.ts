// The `Grpc-Timeout` header: `100m` are 100 milliseconds.
import { GrpcStatusError, grpcCode, invalidArgument } from './grpc-status.js'

const unitMilliseconds: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 }

/** Reads the header in milliseconds; `undefined` when there is none, or when it is 0. */
export function parseGrpcTimeout(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const match = /^(\d+)([HMSmun])$/.exec(header)
  if (match === null) throw invalidArgument(`invalid grpc-timeout: ${header}`)
  const timeout = Number(match[1]) * (unitMilliseconds[match[2] as string] as number)
  return timeout === 0 ? undefined : timeout
}

/** The status of a call whose time is over. */
export function deadlineExceeded(): GrpcStatusError {
  return new GrpcStatusError(grpcCode.deadlineExceeded, 'context deadline exceeded')
}

/** Waits for a promise, but no longer than the timeout. The timer keeps no process alive. */
export async function withinTimeout<T>(timeout: number | undefined, promise: Promise<T>): Promise<T> {
  if (timeout === undefined) return promise
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(deadlineExceeded()), Math.min(timeout, 2 ** 31 - 1)).unref()
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
