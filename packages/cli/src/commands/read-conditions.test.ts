import { expect, it } from 'vitest'
import { readConditions } from './read-conditions.js'

it.each([
  ['phase=FAILED', ['eq(phase,FAILED)']],
  ['phase == FAILED', ['eq(phase,FAILED)']],
  ['phase!=FAILED', ['ne(phase,FAILED)']],
  ['duration>=60', ['gte(duration,60)']],
  ['duration > 60', ['gt(duration,60)']],
  ['duration<=60,duration<70', ['lte(duration,60)', 'lt(duration,70)']],
  ['phase in (FAILED;ABORTED)', ['value_in(phase,FAILED;ABORTED)']],
  ['phase in (FAILED, ABORTED), name contains a b', ['value_in(phase,FAILED;ABORTED)', 'contains(name,a b)']],
  ['phase not in (FAILED)', ['value_not_in(phase,FAILED)']],
  ['launch_plan.name contains 50%', ['contains(launch_plan.name,50\\%)']],
  ['name=a=b', ['eq(name,a=b)']],
  ['name=in (a)', ['eq(name,in (a))']],
])('%s', (text, expected) => {
  expect(readConditions(text)).toEqual(expected)
})

it.each([
  '',
  'phase',
  '=FAILED',
  'phase FAILED',
  'phase in FAILED',
  'phase=',
  'name=a+b',
  'phase=FAILED,',
  'phasein(a)',
])('refused is %j', (text) => {
  expect(() => readConditions(text)).toThrow(expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }))
})
