import { expect, test } from 'vitest'
import { progressOf } from './execution-phase.js'

const times = { queued: 100, running: 200 }
const phaseAt = (now: number, abortedAt?: number) => progressOf(1000, times, now, abortedAt).phase

test('an execution is queued, runs and succeeds, by the time that passed', () => {
  expect([1000, 1099, 1100, 1299, 1300, 9999].map((now) => phaseAt(now))).toEqual([
    'QUEUED',
    'QUEUED',
    'RUNNING',
    'RUNNING',
    'SUCCEEDED',
    'SUCCEEDED',
  ])
  expect(progressOf(1000, times, 5000)).toEqual({ phase: 'SUCCEEDED', startedAt: 1100, updatedAt: 1300, duration: 200 })
})

test('it may end otherwise, or never begin', () => {
  expect(progressOf(0, { ...times, outcome: 'FAILED' }, 5000).phase).toBe('FAILED')
  expect(progressOf(0, 'never', 5000)).toEqual({ phase: 'UNDEFINED', updatedAt: 0 })
})

test('a terminated one is aborting, then aborted, and keeps when it ran', () => {
  expect(progressOf(1000, { ...times, aborting: 50 }, 1160, 1150).phase).toBe('ABORTING')
  expect(progressOf(1000, { ...times, aborting: 50 }, 1200, 1150)).toEqual({
    phase: 'ABORTED',
    startedAt: 1100,
    updatedAt: 1200,
    duration: 100,
  })
  expect(phaseAt(1050, 1050)).toBe('ABORTED')
  expect(progressOf(1000, 'never', 9999, 1050).phase).toBe('ABORTING')
})
