import { getEventListeners } from 'node:events'
import type { FlyteEvent } from '@flyte-js/core'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AdminClient, createAdminClient } from './create-admin-client.js'
import { pages } from './paginate.js'

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

const turns = () => new Promise((resolve) => setImmediate(resolve))

/** Resolves once the server has seen so many requests. */
async function seen(count: number): Promise<void> {
  while (server.requests.length < count) await turns()
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

  it('asks for an order, since an offset into none repeats items and leaves others out', async () => {
    serve(3)
    const orders = async (list: AsyncIterable<unknown>) => {
      server.clearRequests()
      await collect(list)
      return server.requests.map(({ query }) => [query.get('sort_by.key'), query.get('sort_by.direction')])
    }
    const { listTaskIds, listTasks, listProjects } = client.admin
    expect(await orders(listTaskIds.paginate({ ...id, limit: 2 }))).toEqual(Array(2).fill(['name', 'ASCENDING']))
    expect(await orders(listTasks.paginate({ id }))).toEqual([['created_at', 'ASCENDING']])
    expect(await orders(listTasks.pages({ id, sort_by: null }))).toEqual([['created_at', 'ASCENDING']])
    // Flyte Admin has one for them.
    expect(await orders(listProjects.paginate())).toEqual([[null, null]])
    const sort_by = { key: 'version', direction: 'DESCENDING' } as const
    expect(await orders(listTasks.paginate({ id, sort_by }))).toEqual([['version', 'DESCENDING']])
  })

  it('asks for nothing before an item is wanted, and for one page more than was wanted', async () => {
    serve(10)
    const items = client.admin.listTaskIds.paginate({ ...id, limit: 2 })
    await turns()
    expect(server.requests).toHaveLength(0)
    await items.next()
    await seen(2)
    await turns()
    expect(tokens()).toEqual([null, '2'])
    for await (const { name } of items) if (name === 'n2') break
    expect(await items.next()).toEqual({ done: true, value: undefined })
    await turns()
    expect(server.requests.length).toBeLessThanOrEqual(3)
  })

  it('gives all items in their order, and then the end, to one who asks for many at once', async () => {
    serve(5)
    const items = client.admin.listTaskIds.paginate({ ...id, limit: 2 })
    const results = await Promise.all(Array.from({ length: 7 }, () => items.next()))
    expect(results.map(({ value }) => value?.name)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', undefined, undefined])
    expect(results.map(({ done }) => done)).toEqual([false, false, false, false, false, true, true])
  })

  it('lets nobody overtake who has asked before him', async () => {
    serve(4)
    const items = client.admin.listTaskIds.paginate({ ...id, limit: 10 })
    const asked = [items.next(), items.next(), items.next()]
    await asked[0]
    asked.push(items.next())
    const results = await Promise.all(asked)
    expect(results.map(({ value }) => value?.name)).toEqual(['n0', 'n1', 'n2', 'n3'])
  })

  it('ends after what was asked for before return() or throw()', async () => {
    serve(5)
    const items = client.admin.listTaskIds.paginate({ ...id, limit: 10 })
    const [first, end, after] = await Promise.all([items.next(), items.return(), items.next()])
    expect([first.value?.name, end.done, after.done]).toEqual(['n0', true, true])
    const others = client.admin.listTaskIds.paginate({ ...id, limit: 10 })
    await others.next()
    await expect(others.throw(new Error('enough'))).rejects.toThrow('enough')
    expect(await others.next()).toEqual({ done: true, value: undefined })
  })

  it('asks for 100 items at a time, where nothing is said', async () => {
    serve(0)
    await collect(client.admin.listTaskIds.paginate(id))
    await collect(client.admin.listTaskIds.paginate({ ...id, limit: 0 }))
    expect(server.requests.map(({ query }) => query.get('limit'))).toEqual(['100', '100'])
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

  it("ends with the caller's signal, between two pages, even when the next is there already", async () => {
    serve(4)
    const controller = new AbortController()
    const items = client.admin.listTaskIds.paginate({ ...id, limit: 3 }, { signal: controller.signal })
    for (let item = 0; item < 3; item++) await items.next()
    while (server.requests[1]?.status === undefined) await turns()
    // Its answer is on the way, or has come.
    for (let turn = 0; turn < 100; turn++) await turns()
    controller.abort('enough')
    await expect(items.next()).rejects.toBe('enough')
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('asks for nothing with a signal that is aborted already', async () => {
    serve(4)
    const items = client.admin.listTaskIds.paginate({ ...id, limit: 2 }, { signal: AbortSignal.abort('enough') })
    await expect(items.next()).rejects.toBe('enough')
    expect(server.requests).toHaveLength(0)
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
      rpc: 'listTaskIds',
      message: expect.stringMatching(/^listTaskIds: page 1 leads to itself.*FLYTE_PLATFORM_URL/),
    })
    expect(server.requests).toHaveLength(2)
  })
})

describe('the page ahead', () => {
  /** A list of numbered pages of one item, each of which is answered when the test says so. */
  function start() {
    const asked: {
      token: unknown
      signal: AbortSignal
      answer: (last?: boolean) => void
      fail: (error: unknown) => void
    }[] = []
    const fetchPage = (request: { token?: string }, { signal }: { signal?: AbortSignal } = {}) =>
      new Promise<unknown>((resolve, reject) => {
        const number = asked.length + 1
        asked.push({
          token: request.token,
          signal: signal as AbortSignal,
          answer: (last = false) => resolve({ things: [number], token: last ? '' : `${number}` }),
          fail: reject,
        })
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
    const controller = new AbortController()
    const list = pages('listThings', fetchPage as never, 'things', {}, { signal: controller.signal })
    return { asked, list, controller }
  }

  it('is asked for when the one before has come, and none further', async () => {
    const { asked, list } = start()
    const first = list.next()
    asked[0]?.answer()
    expect(await first).toMatchObject({ value: { things: [1] } })
    expect(asked.map(({ token }) => token)).toEqual([undefined, '1'])
    asked[1]?.answer()
    await turns()
    expect(asked).toHaveLength(2)
    expect(await list.next()).toMatchObject({ value: { things: [2] } })
    expect(asked.map(({ token }) => token)).toEqual([undefined, '1', '2'])
    asked[2]?.answer(true)
    expect(await list.next()).toMatchObject({ value: { things: [3] } })
    expect(await list.next()).toEqual({ done: true, value: undefined })
    expect(asked).toHaveLength(3)
  })

  it('tells its failure only when its turn has come', async () => {
    const { asked, list, controller } = start()
    const first = list.next()
    asked[0]?.answer()
    await first
    asked[1]?.fail(new Error('down'))
    // Were nobody to hear of it, this is where the process would end.
    for (let turn = 0; turn < 5; turn++) await turns()
    await expect(list.next()).rejects.toThrow('down')
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it("is given up when the caller has seen enough, and its failure then is nobody's", async () => {
    const { asked, list, controller } = start()
    const first = list.next()
    asked[0]?.answer()
    await first
    await list.return()
    expect(asked[1]?.signal.aborted).toBe(true)
    await turns()
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it("ends with the reason of the caller's signal", async () => {
    const { asked, list, controller } = start()
    const first = list.next()
    asked[0]?.answer()
    await first
    const second = list.next()
    controller.abort('enough')
    expect(asked[1]?.signal.reason).toBe('enough')
    await expect(second).rejects.toBe('enough')
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('is told of as no failure when it was not wanted', async () => {
    serve(10)
    const events: FlyteEvent[] = []
    const { admin } = createAdminClient({ endpoint: server.url, onEvent: (event) => events.push(event) })
    for await (const _ of admin.listTaskIds.paginate({ ...id, limit: 2 })) break
    await turns()
    const told = events.filter(({ type }) => type === 'admin.call')
    expect(told).toEqual([
      expect.not.objectContaining({ code: expect.anything() }),
      expect.objectContaining({ code: 'ABORTED' }),
    ])
  })

  it('has the times that the caller gave', async () => {
    const given: unknown[] = []
    const fetchPage = async (_: object, options?: object) => {
      given.push({ ...options, signal: undefined })
      return { things: [], token: '' }
    }
    await collect(pages('listThings', fetchPage, 'things', {}, { timeout: 7, callTimeout: 9 }))
    expect(given).toEqual([{ timeout: 7, callTimeout: 9, signal: undefined }])
  })
})
