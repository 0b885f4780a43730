import { startFlyteAdmin } from '@flyte-js/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAdminClient } from '../create-admin-client.js'
import { filter, filters } from './filter.js'
import { sort } from './sort.js'

it.each([
  [filter.eq('state', 0), 'eq(state,0)'],
  [filter.ne('task.name', 'a b'), 'ne(task.name,a b)'],
  [filter.gt('created_at', new Date(0)), 'gt(created_at,1970-01-01T00:00:00.000Z)'],
  [filter.gte('duration', 1.5), 'gte(duration,1.5)'],
  [filter.lt('id', 2n ** 60n), 'lt(id,1152921504606846976)'],
  [filter.lte('name', 'a(b)c'), 'lte(name,a(b)c)'],
  [filter.contains('name', '50%_\\'), 'contains(name,50\\%\\_\\\\)'],
  [filter.notLike('name', 'a%'), 'not_like(name,a%)'],
  [filter.valueIn('phase', ['FAILED', 'ABORTED']), 'value_in(phase,FAILED;ABORTED)'],
  [filter.valueNotIn('active', [true]), 'value_not_in(active,true)'],
  [filter.eq('name', ' a'), 'eq(name,  a)'],
  [filters(filter.eq('state', 0), filter.eq('name', 'x')), 'eq(state,0)+eq(name,x)'],
  [filters(), ''],
])('%s', (made, expected) => {
  expect(made).toBe(expected)
})

describe('refused is', () => {
  const refused = expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' })

  it.each<[unknown, RegExp]>([
    ['', /is empty/],
    ['a+b', /has a "\+"/],
    [1e21, /has a "\+"/],
    ['a;b', /has a ";"/],
    ['a,b', /has a ","/],
    ['a\nb', /line break/],
    ['a\0b', /null character/],
    ['\ud800', /surrogate/],
    [Number.NaN, /finite number/],
    [Number.NEGATIVE_INFINITY, /finite number/],
    [new Date(Number.NaN), /valid Date/],
    [null, /finite number/],
    [{}, /finite number/],
    [Symbol('a'), /finite number/],
  ])('the value %s', (value, why) => {
    expect(() => filter.eq('name', value as string)).toThrow(refused)
    expect(() => filter.eq('name', value as string)).toThrow(why)
    expect(() => filter.contains('name', value as string)).toThrow(refused)
    expect(() => filter.valueIn('name', ['a', value as string])).toThrow(why)
  })

  it.each(['', 'a b', 'a,b', 'a.b.c', '.a', 'name)', 'a(b', undefined])('the column %s', (column) => {
    expect(() => filter.eq(column as string, 1)).toThrow(refused)
    expect(() => filter.valueIn(column as string, [])).toThrow(refused)
    expect(() => sort.desc(column as string)).toThrow(refused)
  })

  it('a list of nothing', () => {
    expect(() => filter.valueIn('name', [])).toThrow(/at least one value/)
    expect(() => filter.valueIn('name', 'ab' as never)).toThrow(refused)
  })
})

it('what is not refused is what Flyte Admin reads', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('name', 'task.name'), (value, column) => {
      let made: string
      try {
        made = filter.eq(column, value)
      } catch (error) {
        expect(error).toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
        return
      }
      // flyteadmin/pkg/manager/impl/util/filters.go
      const [expression = '', ...others] = made.split('+')
      const [, name, field, values = ''] =
        /(.+)\((.+),\s?(.+)\)/u.exec(expression.replaceAll(/[\r\u2028\u2029]/g, '¶')) ?? []
      expect([others, name, field, values.split(';')]).toEqual([
        [],
        'eq',
        column,
        [value.replaceAll(/[\r\u2028\u2029]/g, '¶')],
      ])
    }),
    { numRuns: 1_000 },
  )
})

it('conditions are joined, those that are none left out', () => {
  expect(filters()).toBe('')
  expect(filters('', filters(), filter.eq('a', 1), filters(filter.eq('b', 2), filter.eq('c', 3)))).toBe(
    'eq(a,1)+eq(b,2)+eq(c,3)',
  )
  // biome-ignore lint/suspicious/noSparseArray: what a caller may give
  expect(() => filter.valueIn('a', [, 'x'] as string[])).toThrow('value_in of a: the value is no text')
})

it('lists are narrowed down and put in order', async () => {
  await using server = await startFlyteAdmin({ auth: 'none' })
  const { admin } = createAdminClient({ endpoint: server.url })
  const id = { project: 'flytesnacks', domain: 'development' }
  for (const name of ['train', ' space', 'a(b)', 'tidy', '1;2']) {
    const taskId = { ...id, name, version: 'v1', resource_type: 'TASK' as const }
    const container = { image: 'i', args: ['x'] }
    const template = { id: taskId, type: 'x', interface: { inputs: { variables: {} } }, container }
    await admin.createTask({
      id: taskId,
      spec: { template: { ...template, metadata: { runtime: { type: 'OTHER', version: '1', flavor: 'x' } } } },
    })
  }
  const named = async (...conditions: string[]) => {
    const { tasks } = await admin.listTasks({
      id,
      limit: 10,
      filters: filters(...conditions),
      sort_by: sort.desc('name'),
    })
    return tasks.map((task) => task.id?.name)
  }
  expect(await named(filter.eq('name', ' space'))).toEqual([' space'])
  expect(await named(filter.eq('task.name', 'a(b)'))).toEqual(['a(b)'])
  expect(await named(filter.contains('name', 'i'))).toEqual(['train', 'tidy'])
  expect(await named(filter.contains('name', 'i'), filter.ne('name', 'tidy'))).toEqual(['train'])
  expect(await named(filter.valueIn('name', ['tidy', 'train']))).toEqual(['train', 'tidy'])
  expect(await named(filter.valueNotIn('name', ['tidy', 'train']), filter.gte('created_at', new Date(0)))).toHaveLength(
    3,
  )
  expect(await named(filter.lt('created_at', new Date(0)))).toEqual([])
})
