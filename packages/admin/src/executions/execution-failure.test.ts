import type { Execution, ExecutionClosure } from '@flyte-js/idl'
import { describe, expect, it } from 'vitest'
import { executionFailure } from './execution-failure.js'

const execution = (closure: Partial<ExecutionClosure>) => ({ closure }) as Execution
const error = {
  code: 'RetriesExhausted',
  message: 'out of memory',
  error_uri: '',
  kind: 'USER',
  timestamp: null,
  worker: '',
} as const

describe('why an execution did not succeed', () => {
  it('is what it failed with', () => {
    expect(executionFailure(execution({ phase: 'FAILED', error }))).toEqual({
      phase: 'FAILED',
      code: 'RetriesExhausted',
      message: 'out of memory',
      kind: 'USER',
    })
  })

  it.each([
    [{ cause: 'not needed', principal: 'ada' }, 'aborted by ada: not needed'],
    [{ cause: '', principal: '' }, 'aborted'],
  ])('is who aborted it, and why', (abort_metadata, message) => {
    const failure = { phase: 'ABORTED', code: 'ABORTED', message, kind: 'USER' }
    expect(executionFailure(execution({ phase: 'ABORTED', abort_metadata }))).toEqual(failure)
  })

  it('is the phase where nothing else is known', () => {
    const failure = { phase: 'TIMED_OUT', code: 'TIMED_OUT', message: 'no error was recorded', kind: 'UNKNOWN' }
    expect(executionFailure(execution({ phase: 'TIMED_OUT' }))).toEqual(failure)
  })

  it.each(['SUCCEEDED', 'RUNNING', 'FAILING', 'ABORTING'] as const)('is nothing for one that is %s', (phase) => {
    expect(executionFailure(execution({ phase, error }))).toBeUndefined()
  })

  it('is nothing for one that has no closure', () => {
    expect(executionFailure({ closure: null })).toBeUndefined()
  })
})
