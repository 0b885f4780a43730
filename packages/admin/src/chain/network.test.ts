import { type HttpRequest, type HttpResponse, TransportError } from '@flyte-js/core'
import { createTestClock } from '@flyte-js/testing'
import { describe, expect, it } from 'vitest'
import { createCall, createEvents } from '../../test/chain-call.js'
import { AdminError } from '../admin-error.js'
import { type NetworkOptions, network } from './network.js'

const json = (body: string, status = 200): HttpResponse => ({
  status,
  header: (name) => (name === 'content-type' ? 'application/json' : undefined),
  body,
})

function start(answer: HttpResponse | Error, options: Partial<NetworkOptions> = {}) {
  const clock = createTestClock()
  const { events, onEvent } = createEvents()
  const requests: HttpRequest[] = []
  const transport = {
    async request(request: HttpRequest) {
      requests.push(request)
      await clock.sleep(7)
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  const send = network({
    transport,
    clock,
    isToldMore: true,
    userAgent: 'me',
    maxBytes: 9,
    onEvent,
    ...options,
  })
  const ended = async (call: Partial<Parameters<typeof send>[0]> = {}) => {
    const answer = send(createCall({ tries: 1, ...call })).catch((error) => error)
    await clock.advance(7)
    return answer
  }
  return { ended, requests, events, send, clock }
}

describe('a try', () => {
  it('sends the request with what belongs to it, and brings the message', async () => {
    const { ended, requests, events } = start(json('{"id":null}'))
    const { signal } = new AbortController()
    const credential = { header: 'x-token', accessToken: 'a', value: 'Bearer a' }
    expect(await ended({ method: 'POST', body: '{}', credential, signal })).toEqual({ id: null })
    expect(requests).toEqual([
      {
        method: 'POST',
        url: createCall().url,
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'user-agent': 'me',
          'x-request-id': 'r-1',
          'grpc-timeout': '14250m',
          'x-token': 'Bearer a',
        },
        body: '{}',
        signal,
        timeout: 15_000,
        maxBytes: 9,
      },
    ])
    expect(events).toEqual([
      { type: 'admin.try', rpc: 'getTask', requestId: 'r-1', attempt: 1, status: 200, duration: 7 },
    ])
  })

  it('says no more than it must on a page of another origin', async () => {
    const { ended, requests } = start(json('{}'), { isToldMore: false, userAgent: undefined })
    await ended()
    expect(requests[0]?.headers).toEqual({ accept: 'application/json' })
  })

  it.each([
    { timeout: 15_000, deadline: 1_000, extension: 0, expected: 1_000, said: '950m' },
    { timeout: 15_000, deadline: 1_000, extension: 2_000, expected: 3_000, said: '2850m' },
    { timeout: 100, deadline: 1_000, extension: 0, expected: 100, said: '95m' },
    { timeout: 0.5, deadline: 1_000, extension: 0, expected: 0.5, said: '1m' },
    { timeout: Infinity, deadline: Infinity, extension: 0, expected: Infinity, said: undefined },
    // gRPC has eight digits for it.
    { timeout: 1e8, deadline: Infinity, extension: 0, expected: 1e8, said: undefined },
  ])('has the time of a try, but not more than is left: $expected', async ({ expected, said, ...call }) => {
    const { ended, requests } = start(json('{}'))
    await ended(call)
    expect(requests[0]?.timeout).toBe(expected)
    expect(requests[0]?.headers['grpc-timeout']).toBe(said)
  })

  it('is not made when no time is left', async () => {
    const { send, requests } = start(json('{}'))
    await expect(send(createCall({ deadline: 0 }))).rejects.toMatchObject({
      code: 'FLYTE_ADMIN_TIMEOUT',
      message: expect.stringContaining('Raise callTimeout'),
    })
    expect(requests).toEqual([])
  })

  it('writes down how long the answer was', async () => {
    const { send, clock } = start(json('{"a":1}'))
    const call = createCall()
    const answer = send(call)
    await clock.advance(7)
    await answer
    expect(call.size).toBe(7)
  })
})

describe('a try without an answer', () => {
  const url = 'http://localhost/?canary'

  it.each([
    ['FLYTE_HTTP_TIMEOUT', 'FLYTE_ADMIN_TIMEOUT', true, /Raise the timeout, or callTimeout/],
    ['FLYTE_HTTP_UNREACHABLE', 'FLYTE_ADMIN_UNREACHABLE', true, /FLYTE_PLATFORM_URL.*server runs/],
    ['FLYTE_HTTP_BODY_TOO_LARGE', 'FLYTE_ADMIN_RESPONSE_INVALID', false, /smaller page/],
  ] as const)('%s is %s, with its cause and a cure', async (code, expected, isRetryable, advice) => {
    const cause = new TransportError(code, 'why', { url })
    const { ended, events } = start(cause)
    const error = await ended({ tries: 3 })
    expect(error).toBeInstanceOf(AdminError)
    expect(error).toMatchObject({ code: expected, isRetryable, cause, rpc: 'getTask', requestId: 'r-1', tries: 3 })
    expect((error as Error).message).toMatch(/^getTask: why\. .* \(try 3\)$/)
    expect((error as Error).message).toMatch(advice)
    expect(JSON.stringify(error)).not.toContain('canary')
    expect(events).toEqual([{ type: 'admin.try', rpc: 'getTask', requestId: 'r-1', attempt: 3, duration: 7 }])
  })

  it('that stays so is none to repeat', async () => {
    const { ended } = start(new TransportError('FLYTE_HTTP_UNREACHABLE', 'why', { url, isTemporary: false }))
    expect(await ended()).toMatchObject({ isRetryable: false })
  })

  it('for another reason keeps it', async () => {
    const error = new TypeError('a bug')
    expect(await start(error).ended()).toBe(error)
  })

  it('has the reason of the signal, once that is aborted', async () => {
    const { ended } = start(new TransportError('FLYTE_HTTP_UNREACHABLE', 'cut', { url }))
    expect(await ended({ signal: AbortSignal.abort('enough') })).toBe('enough')
  })
})
