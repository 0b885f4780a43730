import { expect, test } from 'vitest'
import { page } from './lists.js'

const items = ['a', 'b', 'c', 'd', 'e']
const table = { name: 'tasks', letter: 't', columns: ['name'] }
const options = { table, row: (name: string) => ({ name }) }

/** All pages of two, one after the other. */
function read(request: object): string[] {
  const read: string[] = []
  for (let token = ''; ; ) {
    const found = page(items, { limit: '2', token, ...request }, options)
    read.push(...found.items)
    if (found.token === '') return read
    token = found.token
  }
}

test('an order holds over all pages', () => {
  expect(read({ sort_by: { key: 'name', direction: 'ASCENDING' } })).toEqual(items)
  expect(read({ sort_by: { key: 'name', direction: 'DESCENDING' } })).toEqual(items.toReversed())
})

test('without an order later pages repeat items, and others never come', () => {
  expect(read({})).toEqual(['a', 'b', 'c', 'b', 'a'])
  expect(page(items, { limit: '5' }, options).items).toEqual(items)
})
