// A caller who leaves takes everything along: the request, the connection, the place in the queue, the wait for the next try.
import { createTestClock } from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { samples } from './calls.js'
import { canariesIn } from './canaries.js'
import { nothing, watch } from './open-resources.js'
import { answers, faulty, noHandshake } from './scenes.js'
import { createFetchTransport, createNodeTransport, createTestClient, type Stage, startStage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

const reason = new Error('seen enough')

/** Resolves when the client has sent something, by turns of the event loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe.each([
  ['nodeHttpTransport', createNodeTransport],
  ['fetchTransport', createFetchTransport],
])('%s', (name, createTransport) => {
  const waitings = [
    ['an answer that does not come', faulty({ kind: 'black-hole' })],
    ['an answer that never ends', faulty({ kind: 'drip', bytes: 1, every: 5 })],
    ['a handshake that does not end', noHandshake],
  ] as const

  describe.each(waitings)('%s', (silence, setScene) => {
    test.each(samples)('$name', async ({ call }) => {
      await using scene = await setScene(stage)
      const { run, left } = watch()
      const { transport, close } = createTransport(scene.transportOptions ?? {})
      const { client, events } = createTestClient({ endpoint: scene.endpoint, transport })
      const controller = new AbortController()
      const ended = run(() => call(client, { signal: controller.signal })).then(
        () => expect.unreachable(),
        (error) => error,
      )
      await until(() => scene.seen() > 0)
      controller.abort(reason)
      expect(await ended).toBe(reason)
      expect(scene.seen()).toBe(1)
      expect(events).toContainEqual(expect.objectContaining({ type: 'admin.call', code: 'ABORTED' }))
      expect(canariesIn(events)).toEqual([])
      // Node's fetch goes on with a handshake that nobody waits for.
      if (name === 'nodeHttpTransport' || silence !== 'a handshake that does not end')
        expect(await left(0)).toEqual(nothing)
      if (name === 'nodeHttpTransport' || scene.transportOptions === undefined) {
        await scene.heal()
        await call(client)
      }
      close()
    })
  })

  test('a call that waits for its next try', async () => {
    await using scene = await answers(503)(stage)
    const { transport, close } = createTransport({})
    const clock = createTestClock()
    const { client } = createTestClient({ endpoint: scene.endpoint, transport, clock, random: () => 0.5 })
    const controller = new AbortController()
    const left = client.admin.getProject({ id: 'p' }, { signal: controller.signal }).catch((error) => error)
    await until(() => clock.sleeping > 0)
    controller.abort(reason)
    expect(await left).toBe(reason)
    expect([scene.seen(), clock.sleeping]).toEqual([1, 0])
    close()
  })

  test('a call that waits for its place gives it up, and one under way gives it on', async () => {
    await using scene = await faulty({ kind: 'black-hole' })(stage)
    const { transport, close } = createTransport({})
    const { client } = createTestClient({ endpoint: scene.endpoint, transport, limits: { concurrency: 1, queue: 2 } })
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()]
    const ask = (id: string, { signal }: AbortController) => client.admin.getProject({ id }, { signal }).catch((e) => e)
    const calls = [ask('first', first), ask('second', second), ask('third', third)]
    await until(() => scene.seen() > 0)
    second.abort(reason)
    expect(await calls[1]).toBe(reason)
    first.abort(reason)
    expect(await calls[0]).toBe(reason)
    await until(() => scene.seen() > 1)
    expect(scene.requests().map(({ path }) => path)).toEqual(['/api/v1/projects/first', '/api/v1/projects/third'])
    third.abort(reason)
    expect(await calls[2]).toBe(reason)
    await scene.heal()
    await client.admin.getProject({ id: 'fourth' })
    close()
  })
})
