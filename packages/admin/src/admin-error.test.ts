import { inspect } from 'node:util'
import { FlyteError } from '@flyte-js/core'
import { describe, expect, it } from 'vitest'
import { AdminError } from './admin-error.js'

const make = (options: Partial<ConstructorParameters<typeof AdminError>[2]> = {}) =>
  new AdminError('FLYTE_ADMIN_RPC_FAILED', 'it failed', { rpc: 'getTask', ...options })

describe('AdminError', () => {
  it('is an error of flyte-js', () => {
    const error = make()
    expect(error).toBeInstanceOf(FlyteError)
    expect(FlyteError.isInstance(error)).toBe(true)
    expect(error.name).toBe('AdminError')
  })

  it('has no fields for what is not known', () => {
    expect(make().toJSON()).toEqual({
      name: 'AdminError',
      code: 'FLYTE_ADMIN_RPC_FAILED',
      message: 'it failed',
      rpc: 'getTask',
      isRetryable: false,
    })
  })

  // google/rpc/code.proto
  it.each([
    [0, 'OK'],
    [1, 'CANCELLED'],
    [2, 'UNKNOWN'],
    [3, 'INVALID_ARGUMENT'],
    [4, 'DEADLINE_EXCEEDED'],
    [5, 'NOT_FOUND'],
    [6, 'ALREADY_EXISTS'],
    [7, 'PERMISSION_DENIED'],
    [8, 'RESOURCE_EXHAUSTED'],
    [9, 'FAILED_PRECONDITION'],
    [10, 'ABORTED'],
    [11, 'OUT_OF_RANGE'],
    [12, 'UNIMPLEMENTED'],
    [13, 'INTERNAL'],
    [14, 'UNAVAILABLE'],
    [15, 'DATA_LOSS'],
    [16, 'UNAUTHENTICATED'],
    [17, undefined],
    [-1, undefined],
  ])('calls the gRPC code %s by its name, %s', (grpcCode, grpcStatus) => {
    expect(make({ grpcCode }).grpcStatus).toBe(grpcStatus)
  })

  it.each([
    { of: { status: 503, grpcCode: 14 }, isRetryable: true },
    { of: { status: 429, grpcCode: 8 }, isRetryable: true },
    { of: { status: 429, grpcCode: 8, isRetryable: false }, isRetryable: false },
    { of: { status: 504, grpcCode: 4 }, isRetryable: true },
    { of: { status: 500, grpcCode: 13 }, isRetryable: false },
    { of: { status: 503, grpcCode: 13 }, isRetryable: false },
    { of: { status: 429 }, isRetryable: true },
    { of: { status: 502 }, isRetryable: true },
    { of: { status: 503 }, isRetryable: true },
    { of: { status: 504 }, isRetryable: true },
    { of: { status: 500 }, isRetryable: false },
    { of: { status: 404 }, isRetryable: false },
    { of: {}, isRetryable: false },
  ])('may be tried again: $isRetryable for $of', ({ of, isRetryable }) => {
    expect(make(of).isRetryable).toBe(isRetryable)
  })

  it.each([
    ['7', 7000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
    ['Thu, 01 Jan 2026', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads Retry-After %s as %s ms', (retryAfter, expected) => {
    expect(make({ retryAfter }).retryAfter).toBe(expected)
  })

  it('reads a Retry-After that is a date', () => {
    const { retryAfter = 0 } = make({ retryAfter: new Date(Date.now() + 60_000).toUTCString() })
    expect(retryAfter).toBeGreaterThan(50_000)
    expect(retryAfter).toBeLessThanOrEqual(60_000)
  })

  it('keeps of its URL the origin and path alone', () => {
    const error = make({ url: 'https://user:canary@flyte.example.com:81/api/v1/tasks?token=canary#canary' })
    expect(error.url).toBe('https://flyte.example.com:81/api/v1/tasks')
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain('canary')
  })

  it('keeps of its cause no more than is harmless', () => {
    const cause = Object.assign(new Error('canary'), { config: { headers: { authorization: 'canary' } } })
    const error = make({ cause })
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain('canary')
  })
})
