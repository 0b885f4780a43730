import { expect, test } from 'vitest'
import { readRetryAfter } from './retry-after.js'

const now = Date.UTC(2026, 0, 1)

test.each([
  ['0', 0],
  ['5', 5_000],
  [' 120 ', 120_000],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Thursday, 01-Jan-26 00:01:00 GMT', 60_000],
  // It has passed.
  ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
])('%j is %d ms', (text, expected) => expect(readRetryAfter(text, now)).toBe(expected))

test.each([undefined, null, '', '-1', '1.5', '1e3', 'soon', '2026-01-01', 'Thu, no day at all GMT'])(
  '%j says nothing',
  (text) => expect(readRetryAfter(text, now)).toBeUndefined(),
)
