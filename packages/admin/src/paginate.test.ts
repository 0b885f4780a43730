import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AdminClient, createAdminClient } from './create-admin-client.js'

const path = '/api/v1/task_ids/flytesnacks/development'
const id = { project: 'flytesnacks', domain: 'development' }

let server: FlyteAdmin
let client: AdminClient
beforeAll(async () => {
  server = await startFlyteAdmin({ auth: 'none' })
  client = createAdminClient({ endpoint: server.url })
})
afterAll(() => server.close())

let undo = () => {}
afterEach(() => {
  undo()
  server.clearRequests()
})

/** Serves so many names with offsets for tokens, as Flyte Admin does: a page that is full has a token behind it. */
function serve(count: number) {
  undo = server.answer(path, ({ query }) => {
    const offset = Number(query.get('token') ?? 0)
    const limit = Number(query.get('limit'))
    const entities = Array.from({ length: Math.max(0, Math.min(limit, count - offset)) }, (_, index) => ({
      ...id,
      name: `n${offset + index}`,
    }))
    return { body: { entities, token: entities.length === limit ? String(offset + limit) : '' } }
  })
}

const tokens = () => server.requests.map(({ query }) => query.get('token'))

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('paginate', () => {
  it.each([
    { count: 0, requests: [null] },
    { count: 1, requests: [null] },
    { count: 5, requests: [null, '2', '4'] },
    // The last page is exactly full: an empty one comes behind it.
    { count: 2, requests: [null, '2'] },
    { count: 4, requests: [null, '2', '4'] },
  ])('yields all $count items in their order, and asks for $requests', async ({ count, requests }) => {
    serve(count)
    const items = await collect(client.admin.listTaskIds.paginate({ ...id, limit: 2 }))
    expect(items.map(({ name }) => name)).toEqual(Array.from({ length: count }, (_, index) => `n${index}`))
    expect(tokens()).toEqual(requests)
  })

  it('says the same with every page', async () => {
    serve(3)
    await collect(client.admin.listTaskIds.paginate({ ...id, limit: 2, filters: 'eq(a,1)+eq(b,2)' }))
    expect(server.requests.map(({ query }) => [query.get('limit'), query.get('filters')])).toEqual([
      ['2', 'eq(a,1)+eq(b,2)'],
      ['2', 'eq(a,1)+eq(b,2)'],
    ])
  })

  it('asks for nothing before an item is wanted, and for no more than was wanted', async () => {
    serve(10)
    const items = client.admin.listTaskIds.paginate({ ...id, limit: 2 })
    expect(server.requests).toHaveLength(0)
    for await (const { name } of items) if (name === 'n2') break
    expect(tokens()).toEqual([null, '2'])
    expect(await items.next()).toEqual({ done: true, value: undefined })
    expect(server.requests).toHaveLength(2)
  })

  it("begins at the caller's token", async () => {
    serve(5)
    const items = await collect(client.admin.listTaskIds.paginate({ ...id, limit: 2, token: '4' }))
    expect(items.map(({ name }) => name)).toEqual(['n4'])
  })

  it('never throws at once, but from the iteration', async () => {
    const items = client.admin.listTaskIds.paginate({ project: '', domain: 'd' })
    await expect(items.next()).rejects.toMatchObject({ code: 'FLYTE_ADMIN_REQUEST_INVALID' })
  })

  it('ends with the error of a page, and yields what came before', async () => {
    serve(10)
    const takeBack = undo
    const down = server.answer(({ query }) => query.get('token') === '2', {
      status: 503,
      body: { code: 14, message: 'down', details: [] },
    })
    undo = () => {
      takeBack()
      down()
    }
    const names: string[] = []
    const items = client.admin.listTaskIds.paginate({ ...id, limit: 2 })
    await expect(async () => {
      for await (const { name } of items) names.push(name)
    }).rejects.toMatchObject({ grpcStatus: 'UNAVAILABLE' })
    expect(names).toEqual(['n0', 'n1'])
  })

  it("ends with the caller's signal, between two pages", async () => {
    serve(10)
    const controller = new AbortController()
    const items = client.admin.listTaskIds.paginate({ ...id, limit: 2 }, { signal: controller.signal })
    await items.next()
    await items.next()
    controller.abort('enough')
    await expect(items.next()).rejects.toBe('enough')
    expect(server.requests).toHaveLength(1)
  })

  it('takes an answer without items for an empty page', async () => {
    undo = server.answer(path, { body: { entities: null, token: '' } })
    expect(await collect(client.admin.listTaskIds.paginate({ ...id, limit: 2 }))).toEqual([])
  })
})

describe('pages', () => {
  it.each([
    { count: 0, sizes: [0] },
    { count: 3, sizes: [2, 1] },
    { count: 4, sizes: [2, 2] },
  ])('yields $count items in pages of $sizes', async ({ count, sizes }) => {
    serve(count)
    const pages = await collect(client.admin.listTaskIds.pages({ ...id, limit: 2 }))
    expect(pages.map(({ entities }) => entities.length)).toEqual(sizes)
  })
})

describe('a list that leads to itself', () => {
  it('ends in an error instead of going on for ever, as behind a proxy that drops the query', async () => {
    undo = server.answer(path, { body: { entities: [{ ...id, name: 'n0' }], token: '1' } })
    const error = await collect(client.admin.listTaskIds.paginate({ ...id, limit: 1 })).catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: 'FLYTE_ADMIN_RESPONSE_INVALID',
      message: expect.stringContaining('leads to itself'),
    })
    expect(server.requests).toHaveLength(2)
  })
})
