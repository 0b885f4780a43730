import { expect, test } from 'vitest'
import { parseFilters } from './filters.js'
import type { Table } from './table.js'

const workflows: Table = { name: 'workflows', letter: 'w', columns: ['name'] }
const table: Table = {
  name: 'plans',
  letter: 'l',
  columns: ['name', 'state', 'created_at'],
  joins: { workflow: workflows },
}
const row = { name: 'alpha', state: 1, created_at: new Date('2026-01-01T00:00:00Z'), 'workflow.name': 'flow' }
const matches = (filters: string) => parseFilters(filters, table)(row)

test('each function compares as SQL does', () => {
  const holds = ['eq(name,alpha)', 'ne(name,beta)', 'gt(state,0)', 'gte(state,1)', 'lt(state,10)', 'lte(state,1)']
  const more = [
    'contains(name,lph)',
    'contains(name,a_p)',
    'not_like(name,b%)',
    'value_in(name,x;alpha)',
    'value_not_in(name,x;y)',
  ]
  const times = [
    'gt(created_at,2025-12-31T00:00:00Z)',
    'eq(created_at, 2025-12-31T23:00:00-01:00)',
    'eq(workflow.name,flow)',
  ]
  for (const filter of [...holds, ...more, ...times]) expect(matches(filter), filter).toBe(true)
  const fails = [
    'eq(name,beta)',
    'ne(name,alpha)',
    'gt(state,1)',
    'lt(state,1)',
    'contains(name,LPH)',
    'value_in(name,x)',
  ]
  for (const filter of fails) expect(matches(filter), filter).toBe(false)
  expect(matches('eq(name,alpha)+eq(state,1)')).toBe(true)
  expect(matches('eq(name,alpha)+eq(state,0)')).toBe(false)
})

test.each([
  ['garbage', 'invalid value for filters'],
  ['like(name,a)', 'unrecognized filter function: like'],
  ['eq(bogus,1)', `'l.bogus' is invalid filter`],
  ['eq(workflow.bogus,1)', `'w.bogus' is invalid filter`],
  ['eq(task.name,1)', `'t' entity is not allowed in filters`],
  ['eq(state,x)', 'failed database operation with invalid input syntax for type integer: "x"'],
  ['eq(name,a;b)', 'failed database operation with operator does not exist: text = record'],
])('%s is refused', (filter, message) => {
  expect(() => matches(filter)).toThrow(message)
})
