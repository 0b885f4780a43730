import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRetryBudget } from './retry-budget.js'

it('has ten retries at first, and one more for each ten calls, but never more than ten at once', () => {
  const { earn, spend } = createRetryBudget()
  const spent = (times: number) => Array.from({ length: times }, spend).filter(Boolean).length
  expect(spent(12)).toBe(10)
  for (let call = 0; call < 9; call++) earn()
  expect(spent(1)).toBe(0)
  earn()
  expect(spent(2)).toBe(1)
  for (let call = 0; call < 1_000; call++) earn()
  expect(spent(20)).toBe(10)
})

it('never gives more than ten and a tenth of the calls', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 300, size: 'max' }), (isCall) => {
      const budget = createRetryBudget()
      let calls = 0
      let retries = 0
      for (const each of isCall) {
        if (each) {
          budget.earn()
          calls += 1
        } else if (budget.spend()) retries += 1
        expect(retries).toBeLessThanOrEqual(10 + calls / 10)
      }
    }),
  )
})
