import { createTestClock } from '@flyte-js/testing'
import { describe, expect, it } from 'vitest'
import { createEvents, pending, refusal } from '../test/chain-call.js'
import type { Call } from './chain/link.js'
import { type Calling, createMethod } from './method.js'

function start(rpc = 'getTask', route = ['', 'GET /api/v1/tasks/{id.name}'], more: Partial<Calling> = {}) {
  const clock = createTestClock()
  const { events, onEvent } = createEvents()
  const rest = pending()
  const calling = {
    base: 'http://localhost/flyte',
    timeout: 15_000,
    callTimeout: 120_000,
    clock,
    onEvent,
    requestPrefix: 'prefix',
    send: rest.handler,
    ...more,
  }
  const method = createMethod(rpc, route as never, calling) as (request?: object, options?: object) => Promise<unknown>
  return { method, events, clock, ...rest }
}

const request = { id: { name: 'n' } }

describe('a method', () => {
  it('makes a call of a request', async () => {
    const { method, calls, clock } = start()
    await clock.advance(5)
    const { signal } = new AbortController()
    method(request, { signal })
    expect(calls).toEqual([
      {
        rpc: 'getTask',
        requestId: expect.stringMatching(/^prefix-\d+$/),
        method: 'GET',
        url: 'http://localhost/flyte/api/v1/tasks/n',
        body: undefined,
        repeat: 'safe',
        isNameOwn: false,
        timeout: 15_000,
        deadline: 120_005,
        extension: 0,
        signal,
        tries: 0,
        renewals: 0,
        size: 0,
      },
    ])
  })

  it.each([
    ['timeout', { timeout: Number.NaN }],
    ['callTimeout', { callTimeout: -1 }],
  ])('sends nothing with a %s that is no time', async (name, options) => {
    const { method, calls } = start()
    await expect(method(request, options)).rejects.toMatchObject({
      code: 'FLYTE_INVALID_ARGUMENT',
      message: `${name} must be a number, 0 or more`,
    })
    expect(calls).toEqual([])
  })

  it('takes the times of a call before those of the client; 0 is never', () => {
    const { method, calls } = start()
    method(request, { timeout: 7, callTimeout: 9 })
    method(request, { timeout: 0, callTimeout: 0 })
    expect(calls.map(({ timeout, deadline }) => [timeout, deadline])).toEqual([
      [7, 9],
      [Infinity, Infinity],
    ])
  })

  it('gives each call an id of its own', () => {
    const { method, calls } = start()
    for (let call = 0; call < 3; call++) method(request)
    expect(new Set(calls.map(({ requestId }) => requestId)).size).toBe(3)
  })

  it.each([
    ['createTask', 'POST /api/v1/tasks *', 'unsent'],
    ['updateTask', 'PUT /api/v1/tasks *', 'safe'],
    ['deleteTask', 'DELETE /api/v1/tasks *', 'safe'],
    ['getTask', 'GET /api/v1/tasks', 'safe'],
  ])('%s (%s) may be repeated if it is %s', (rpc, route, repeat) => {
    const { method, calls } = start(rpc, ['', route])
    method({})
    expect(calls[0]?.repeat).toBe(repeat)
  })

  it('names an execution, and may repeat that', () => {
    const { method, calls } = start('createExecution', ['', 'POST /api/v1/executions *'])
    method({ project: 'p', domain: 'd' })
    const { body, repeat } = calls[0] as Call
    const { name } = JSON.parse(body ?? '')
    expect(name).toHaveLength(20)
    expect(repeat).toEqual({ id: { project: 'p', domain: 'd', name, org: '' } })
  })

  it('is not called when its signal is aborted already', async () => {
    const { method, calls } = start()
    await expect(method(request, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough')
    expect(calls).toEqual([])
  })

  it('tells how a call ended', async () => {
    const { method, events, clock, calls, settle } = start()
    const answers = [method(request), method(request), method(request)]
    await clock.advance(20)
    ;(calls[0] as Call).tries = 2
    settle[0]?.resolve('answer')
    settle[1]?.reject(refusal())
    settle[2]?.reject('enough')
    await Promise.allSettled(answers)
    expect(await answers[0]).toBe('answer')
    const told = { type: 'admin.call', rpc: 'getTask', requestId: expect.any(String), duration: 20 }
    expect(events).toEqual([
      { ...told, tries: 2 },
      { ...told, tries: 0, code: 'FLYTE_ADMIN_RPC_FAILED' },
      { ...told, tries: 0, code: 'UNKNOWN' },
    ])
  })

  it.each(['enough', refusal(), undefined])(
    'tells of a caller who has left, by the reason %s, as of no failure',
    async (reason) => {
      const { method, events, settle } = start()
      const controller = new AbortController()
      const [left, failed] = [
        method(request, { signal: controller.signal }),
        method(request, { signal: controller.signal }),
      ]
      controller.abort(reason)
      settle[0]?.reject(controller.signal.reason)
      settle[1]?.reject(new TypeError('a bug'))
      await Promise.allSettled([left, failed])
      expect(events).toMatchObject([{ code: 'ABORTED' }, { code: 'UNKNOWN' }])
    },
  )

  it('has iterators only where its answers come in pages', () => {
    expect(start().method).not.toHaveProperty('paginate')
    const { method } = start('listTasks', ['tasks', 'GET /api/v1/tasks'])
    expect(Object.keys(method)).toEqual(['paginate', 'pages'])
  })
})
