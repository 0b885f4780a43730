import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answers, createCall, createEvents, pending } from '../../test/chain-call.js'
import { type CacheOptions, createCache } from './cache.js'
import type { Handler } from './link.js'

const turns = () => new Promise((resolve) => setImmediate(resolve))

describe('the cache', () => {
  it.each(['getTask', 'getWorkflow', 'getDescriptionEntity'])('keeps the answers of %s, frozen', async (rpc) => {
    const { events, onEvent } = createEvents()
    const { handler, calls } = answers({ id: { name: 'n' } })
    const ask = createCache({}, onEvent).link(handler)
    const first = await ask(createCall({ rpc }))
    expect(await ask(createCall({ rpc, requestId: 'r-2' }))).toBe(first)
    expect(Object.isFrozen((first as { id: object }).id)).toBe(true)
    expect(calls).toHaveLength(1)
    expect(events).toEqual([{ type: 'admin.cached', rpc, requestId: 'r-2' }])
  })

  it.each(['getLaunchPlan', 'getExecution', 'listTasks', 'getNodeExecution', 'getProject'])(
    'keeps nothing of %s, which changes',
    async (rpc) => {
      const { handler, calls } = answers({ a: {} })
      const ask = createCache().link(handler)
      expect(Object.isFrozen(await ask(createCall({ rpc })))).toBe(false)
      await ask(createCall({ rpc }))
      expect(calls).toHaveLength(2)
    },
  )

  it('keeps each URL by itself', async () => {
    const { handler } = answers('a', 'b')
    const ask = createCache().link(handler)
    const urls = ['http://localhost/1', 'http://localhost/2', 'http://localhost/1', 'http://localhost/2']
    const got = []
    for (const url of urls) got.push(await ask(createCall({ url })))
    expect(got).toEqual(['a', 'b', 'a', 'b'])
  })

  it('keeps no error', async () => {
    const { handler } = answers(new Error('no'), 'answer')
    const ask = createCache().link(handler)
    await expect(ask(createCall())).rejects.toThrow('no')
    expect(await ask(createCall())).toBe('answer')
  })

  it('that keeps nothing leaves answers as they are', async () => {
    const { handler, calls } = answers({ a: {} })
    const ask = createCache({ entries: 0 }).link(handler)
    expect(Object.isFrozen(await ask(createCall()))).toBe(false)
    await ask(createCall())
    expect(calls).toHaveLength(2)
  })

  it('forgets with clear(), also what is still under way', async () => {
    const { handler, settle, calls } = pending()
    const cache = createCache()
    const ask = cache.link(handler)
    const kept = ask(createCall({ url: 'http://localhost/kept' }))
    settle[0]?.resolve('before')
    await kept
    const underWay = ask(createCall())
    cache.clear()
    settle[1]?.resolve('before')
    expect(await underWay).toBe('before')
    for (const url of [createCall().url, 'http://localhost/kept']) {
      const anew = ask(createCall({ url }))
      expect(calls.at(-1)?.url).toBe(url)
      settle.at(-1)?.resolve('after')
      expect(await anew).toBe('after')
    }
    expect(calls).toHaveLength(4)
  })

  it('keeps 500 answers and 32 MiB, where nothing is said', async () => {
    const kept = async (count: number, size: number) => {
      const asked: string[] = []
      const ask = createCache().link(async (call) => {
        asked.push(call.url)
        call.size = size
        return {}
      })
      for (let name = 0; name < count; name++) await ask(createCall({ url: `${name}` }))
      asked.length = 0
      await ask(createCall({ url: '0' }))
      return asked.length === 0
    }
    expect(await kept(500, 1)).toBe(true)
    expect(await kept(501, 1)).toBe(false)
    expect(await kept(32, 1 << 20)).toBe(true)
    expect(await kept(33, 1 << 20)).toBe(false)
  })
})

const options = fc.record({ entries: fc.integer({ min: 1, max: 4 }), bytes: fc.integer({ min: 1, max: 20 }) })
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ url: fc.integer({ min: 0, max: 5 }).map(String), size: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
)

/** The same in the plainest way: a list, the one that was used last at its end. */
function createModel({ entries, bytes }: Required<CacheOptions>) {
  let list: { url: string; size: number }[] = []
  return {
    has: (url: string) => list.some((each) => each.url === url),
    use(url: string, size: number) {
      const known = list.find((each) => each.url === url)
      if (!known && size > bytes) return
      list = [...list.filter((each) => each.url !== url), known ?? { url, size }]
      while (list.length > entries || list.reduce((sum, each) => sum + each.size, 0) > bytes) list.shift()
    },
    clear() {
      list = []
    },
  }
}

it('keeps what a list of those used last would keep, never more than it may', async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.array(step, { maxLength: 60, size: 'max' }), async (options, steps) => {
      let size = 0
      let asked = 0
      const rest: Handler = async (call) => {
        asked += 1
        call.size = size
        return call.url
      }
      const cache = createCache(options)
      const ask = cache.link(rest)
      const model = createModel(options)
      for (const step of steps) {
        if (step === 'clear') {
          cache.clear()
          model.clear()
          continue
        }
        size = step.size
        asked = 0
        expect(await ask(createCall({ url: step.url }))).toBe(step.url)
        expect(asked).toBe(model.has(step.url) ? 0 : 1)
        model.use(step.url, size)
      }
    }),
  )
})

it('counts an answer once that came to two at the same time', async () => {
  const { handler, settle, calls } = pending()
  const ask = createCache({ entries: 9, bytes: 10 }).link(handler)
  const both = [ask(createCall({ url: 'a', size: 6 })), ask(createCall({ url: 'a', size: 6 }))]
  for (const { resolve } of settle) resolve('a')
  await Promise.all(both)
  const other = ask(createCall({ url: 'b', size: 4 }))
  settle[2]?.resolve('b')
  await other
  ask(createCall({ url: 'a' }))
  await turns()
  expect(calls).toHaveLength(3)
})
