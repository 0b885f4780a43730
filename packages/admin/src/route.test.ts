import type { Route } from '@flyte-js/idl'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRouter } from './route.js'

const route: Route = ['', 'GET /api/v1/things/{id.project}/{id.name}', 'GET /api/v1/things/{id.project}']
const send: Route = ['', 'PUT /api/v1/things/{id.project} *']
const router = createRouter('getThing', route)

/** What a server reads: the segments of the path, and the query's pairs. */
function read(target: string) {
  const { pathname, searchParams, origin, hash } = new URL(`http://flyte.example.com${target}`)
  expect({ origin, hash }).toEqual({ origin: 'http://flyte.example.com', hash: '' })
  return { segments: pathname.split('/').slice(4).map(decodeURIComponent), pairs: [...searchParams] }
}

/** Any text that a path can hold. */
const segment = fc
  .oneof(
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.constantFrom('%2e%2e', '%2F', '...', ' ', '\\', '?#', 'a+b', '*'),
  )
  .filter((text) => !text.includes('/') && !['.', '..'].includes(text))

describe('a target', () => {
  it('says what the request said, whatever is in it: what a server reads is what was written', () => {
    const text = fc.string({ minLength: 1, unit: 'binary' })
    const query = fc.dictionary(
      fc.stringMatching(/^[a-z_]{1,9}$/).filter((name) => name !== 'id'),
      text,
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(segment, segment, query, (project, name, fields) => {
        const { method, target, body } = router({ id: { project, name }, ...fields })
        expect({ method, body }).toEqual({ method: 'GET', body: undefined })
        expect(read(target)).toEqual({ segments: [project, name], pairs: Object.entries(fields) })
      }),
      { numRuns: 500 },
    )
  })

  it('is plain ASCII without a raw +, ; or space', () => {
    fc.assert(
      fc.property(segment, fc.string({ unit: 'binary' }), (project, filters) => {
        expect(router({ id: { project }, filters }).target).toMatch(/^[\w\-.~!*'()%/?=&]+$/)
      }),
    )
  })

  it('repeats a name for each item of a list, and joins the names of messages by dots', () => {
    const request = {
      id: { project: 'p', name: 'n', resource_type: 'TASK' },
      filter: ['a', '', 'b'],
      sort: { by: { key: 'k' } },
    }
    expect(read(router(request).target).pairs).toEqual([
      ['id.resource_type', 'TASK'],
      ['filter', 'a'],
      ['filter', 'b'],
      ['sort.by.key', 'k'],
    ])
  })

  it('has large integers digit by digit', () => {
    expect(router({ id: { project: 9007199254740993n }, limit: 18446744073709551615n }).target).toBe(
      '/api/v1/things/9007199254740993?limit=18446744073709551615',
    )
  })

  it('has no ? where there is no query', () => {
    expect(router({ id: { project: 'p', name: '' } }).target).toBe('/api/v1/things/p')
  })

  it.each([{ project: true }, { project: {} }, { project: ['p'] }, { project: Number.NaN }])(
    'holds texts and numbers only: %j',
    (id) => {
      expect(() => router({ id })).toThrow('getThing: id.project must be a text or a number')
    },
  )
})

describe('a body', () => {
  it('has large integers as texts, at any depth, and leaves the query alone', () => {
    const { target, body } = createRouter(
      'updateThing',
      send,
    )({ id: { project: 'p' }, inputs: [{ integer: 9007199254740993n }], more: { x: -1n } })
    expect(target).toBe('/api/v1/things/p')
    expect(body).toBe('{"id":{"project":"p"},"inputs":[{"integer":"9007199254740993"}],"more":{"x":"-1"}}')
  })

  it('keeps what is unset on purpose', () => {
    expect(createRouter('updateThing', send)({ id: { project: 'p' }, a: null, b: '', c: 0 }).body).toBe(
      '{"id":{"project":"p"},"a":null,"b":"","c":0}',
    )
  })
})
