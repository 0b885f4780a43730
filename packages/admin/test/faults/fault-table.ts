// What is expected of each fault.
import type { FlyteErrorCode } from '@flyte-js/core'
import type { GrpcStatus } from '../../src/admin-error.js'
import { canaries } from './canaries.js'
import {
  answers,
  endedCertificate,
  faulty,
  nameOfNobody,
  nobodyListens,
  noHandshake,
  noTls,
  otherHostCertificate,
  type SetScene,
  strangerCertificate,
} from './scenes.js'

/**
 * What is sent again.
 *
 * - `all`: nothing was sent, so everything may be.
 * - `safe`: everything but what makes something new each time.
 * - `none`: it would fail again.
 */
export type Repeated = 'all' | 'safe' | 'none'

/** One row of the table. */
export interface FaultRow {
  name: string
  setScene: SetScene
  code: FlyteErrorCode
  grpcStatus: GrpcStatus | undefined
  status: number | undefined
  repeated: Repeated
  isRetryable: boolean
  /** Milliseconds of each wait between two tries, where the server says so. */
  wait: number
  /** Ends by a timeout only. */
  isSlow: boolean
}

const unreachable = 'FLYTE_ADMIN_UNREACHABLE'
const timeout = 'FLYTE_ADMIN_TIMEOUT'
const invalid = 'FLYTE_ADMIN_RESPONSE_INVALID'
const failed = 'FLYTE_ADMIN_RPC_FAILED'

const json = { 'Content-Type': 'application/json' }
const retryAfter = { 'Retry-After': '7' }
const tooLarge = 'grpc: received message larger than max (5000000 vs. 4194304)'
const dripping = { kind: 'drip', bytes: 1, every: 20 } as const
const to = (location: string) => ({ kind: 'redirect', location: `${location}?token=${canaries.answer}` }) as const

type Columns = [
  name: string,
  setScene: SetScene,
  code: FlyteErrorCode,
  grpcStatus: GrpcStatus | undefined,
  status: number | undefined,
  repeated: Repeated,
  isRetryable: boolean,
  more?: { wait?: number; isSlow?: boolean },
]

// biome-ignore format: a table
const rows: Columns[] = [
  // fault                               brought about by                                          code         gRPC                 HTTP       repeated retryable
  ['connect refused',                    nobodyListens,                                            unreachable, undefined,           undefined, 'all',   true],
  ['a name that does not exist',         nameOfNobody,                                             unreachable, undefined,           undefined, 'none',  false],
  ['a certificate nobody vouches for',   strangerCertificate,                                      unreachable, undefined,           undefined, 'none',  false],
  ['a certificate for another name',     otherHostCertificate,                                     unreachable, undefined,           undefined, 'none',  false],
  ['a certificate that has ended',       endedCertificate,                                         unreachable, undefined,           undefined, 'none',  false],
  ['plain HTTP behind https',            noTls,                                                    unreachable, undefined,           undefined, 'none',  false],
  ['TLS handshake without an answer',    noHandshake,                                              timeout,     undefined,           undefined, 'all',   true,  { isSlow: true }],
  ['reset before the answer',            faulty({ kind: 'reset' }),                                unreachable, undefined,           undefined, 'safe',  true],
  ['reset after the headers',            faulty({ kind: 'reset', after: 'headers' }),              unreachable, undefined,           undefined, 'safe',  true],
  ['reset mid-body',                     faulty({ kind: 'reset', after: 20 }),                     unreachable, undefined,           undefined, 'safe',  true],
  ['black hole',                         faulty({ kind: 'black-hole' }),                           timeout,     undefined,           undefined, 'safe',  true,  { isSlow: true }],
  ['slow drip',                          faulty(dripping),                                         timeout,     undefined,           undefined, 'safe',  true,  { isSlow: true }],
  ['500',                                answers(500, 13),                                         failed,      'INTERNAL',          500,       'none',  false],
  ['500 of a proxy',                     answers(500),                                             invalid,     undefined,           500,       'none',  false],
  ['502',                                answers(502),                                             failed,      undefined,           502,       'safe',  true],
  ['503 with Retry-After',               answers(503, undefined, retryAfter),                      failed,      undefined,           503,       'safe',  true,  { wait: 7_000 }],
  ['503 UNAVAILABLE',                    answers(503, 14),                                         failed,      'UNAVAILABLE',       503,       'safe',  true],
  ['504 of a proxy',                     answers(504),                                             failed,      undefined,           504,       'safe',  true],
  ['504 of the deadline',                answers(504, 4),                                          timeout,     'DEADLINE_EXCEEDED', 504,       'none',  true],
  ['429 with Retry-After',               answers(429, undefined, retryAfter),                      failed,      undefined,           429,       'safe',  true,  { wait: 7_000 }],
  ['429 without Retry-After',            answers(429),                                             failed,      undefined,           429,       'none',  true],
  ['429 RESOURCE_EXHAUSTED',             answers(429, 8),                                          failed,      'RESOURCE_EXHAUSTED', 429,      'safe',  true],
  ['429 of more than 4 MiB',             faulty({ kind: 'status', status: 429, body: { code: 8, message: tooLarge } }), failed, 'RESOURCE_EXHAUSTED', 429, 'none', false],
  ['HTML',                               answers(200),                                             invalid,     undefined,           200,       'none',  false],
  ['HTML that says it is JSON',          answers(200, undefined, { 'Content-Type': 'application/json' }), invalid, undefined,        200,       'none',  false],
  ['truncated JSON',                     faulty({ kind: 'truncate', bytes: 60 }),                  invalid,     undefined,           200,       'none',  false],
  ['no body',                            faulty({ kind: 'truncate', bytes: 0 }),                   invalid,     undefined,           200,       'none',  false],
  ['more than JSON',                     faulty({ kind: 'status', status: 200, headers: json, body: '{"token":""}}' }), invalid, undefined,  200,       'none',  false],
  ['204',                                faulty({ kind: 'status', status: 204 }),                  invalid,     undefined,           204,       'none',  false],
  ['304',                                faulty({ kind: 'status', status: 304 }),                  invalid,     undefined,           304,       'none',  false],
  ['JSON under no type',                 faulty({ kind: 'content-type', value: 'text/plain' }),    invalid,     undefined,           200,       'none',  false],
  ['wrong charset',                      faulty({ kind: 'content-type', value: 'application/json; charset=utf-16' }), invalid, undefined, 200,   'none',  false],
  ['100 MiB',                            faulty({ kind: 'body', size: 100 * 2 ** 20 }),            invalid,     undefined,           undefined, 'none',  false],
  ['redirect to another origin',         faulty(({ elsewhere }) => to(`${elsewhere.url}/api/v1`)), invalid,     undefined,           302,       'none',  false],
  ['307 to another origin',              faulty(({ elsewhere }) => ({ ...to(elsewhere.url), status: 307 })), invalid, undefined,     307,       'none',  false],
  ['redirect loop',                      faulty(to('')),                                           invalid,     undefined,           302,       'none',  false],
]

/** The table. */
export const faults: readonly FaultRow[] = rows.map(
  ([name, setScene, code, grpcStatus, status, repeated, isRetryable, { wait = 0, isSlow = false } = {}]) => ({
    name,
    setScene,
    code,
    grpcStatus,
    status,
    repeated,
    isRetryable,
    wait,
    isSlow,
  }),
)
