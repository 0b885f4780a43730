import type { GetTokenOptions, HttpResponse } from '@flyte-js/core'
import { describe, expect, it } from 'vitest'
import { authorize } from './authorize.js'
import type { Call } from './link.js'

/** A server that takes some tokens and refuses others, and a token source that hands out a list of them. */
function createPair({ tokens, takes }: { tokens: string[]; takes: string | undefined }, afterFirstRefusal = false) {
  const sent: (string | undefined)[] = []
  const asked: GetTokenOptions[] = []
  const left = [...tokens]
  const handler = authorize(
    {
      headerName: 'x-token',
      afterFirstRefusal,
      tokenSource: {
        async getToken(options = {}) {
          asked.push(options)
          const accessToken = left.length > 1 ? (left.shift() as string) : (left[0] as string)
          return { accessToken, tokenType: 'bearer' }
        },
      },
    },
    async ({ request }): Promise<HttpResponse> => {
      sent.push(request.headers['x-token'])
      const status = takes !== undefined && request.headers['x-token'] === `Bearer ${takes}` ? 200 : 401
      return { status, header: () => undefined, body: '{}' }
    },
  )
  const call = (request: Partial<Call['request']> = {}) =>
    handler({
      rpc: 'getTask',
      request: { method: 'GET', url: 'http://localhost/', headers: { accept: 'a' }, ...request },
    })
  return { call, sent, asked }
}

describe('the token of a call', () => {
  it('goes out from the first call on', async () => {
    const { call, sent, asked } = createPair({ tokens: ['a'], takes: 'a' })
    expect((await call()).status).toBe(200)
    expect({ sent, asked }).toEqual({ sent: ['Bearer a'], asked: [{}] })
  })

  it('is renewed once when it is refused', async () => {
    const { call, sent, asked } = createPair({ tokens: ['old', 'new'], takes: 'new' })
    expect((await call()).status).toBe(200)
    expect({ sent, asked }).toEqual({ sent: ['Bearer old', 'Bearer new'], asked: [{}, { rejected: 'old' }] })
  })

  it('is not renewed twice: a second refusal is final', async () => {
    const { call, sent, asked } = createPair({ tokens: ['a', 'b', 'c'], takes: 'c' })
    expect((await call()).status).toBe(401)
    expect({ sent, asked }).toEqual({ sent: ['Bearer a', 'Bearer b'], asked: [{}, { rejected: 'a' }] })
  })

  it('is not sent again when the renewal brought the same', async () => {
    const { call, sent, asked } = createPair({ tokens: ['a', 'a'], takes: undefined })
    expect((await call()).status).toBe(401)
    expect({ sent, asked }).toEqual({ sent: ['Bearer a'], asked: [{}, { rejected: 'a' }] })
  })

  it("is asked for with the call's signal", async () => {
    const { call, asked } = createPair({ tokens: ['a', 'b'], takes: 'b' })
    const { signal } = new AbortController()
    await call({ signal })
    expect(asked).toEqual([{ signal }, { signal, rejected: 'a' }])
  })

  it('leaves the headers of the call as they were', async () => {
    const headers = Object.freeze({ accept: 'a' })
    const { call } = createPair({ tokens: ['a'], takes: 'a' })
    await call({ headers })
    expect(headers).toEqual({ accept: 'a' })
  })
})

describe('a login that waits for the first refusal', () => {
  it('asks for no token as long as none is wanted', async () => {
    const handler = authorize(
      { headerName: 'x-token', afterFirstRefusal: true, tokenSource: { getToken: () => expect.unreachable() } },
      async () => ({ status: 200, header: () => undefined, body: '{}' }),
    )
    const call = { rpc: 'getTask', request: { method: 'GET', url: 'http://localhost/', headers: {} } }
    expect((await handler(call)).status).toBe(200)
    expect((await handler(call)).status).toBe(200)
  })

  it('asks after the first 401, and from then on at once', async () => {
    const { call, sent, asked } = createPair({ tokens: ['a'], takes: 'a' }, true)
    await call()
    await call()
    expect({ sent, asked }).toEqual({ sent: [undefined, 'Bearer a', 'Bearer a'], asked: [{}, {}] })
  })

  it('renews once after that, and no more', async () => {
    const { call, sent, asked } = createPair({ tokens: ['a', 'b', 'c'], takes: 'c' }, true)
    expect((await call()).status).toBe(401)
    expect({ sent, asked }).toEqual({ sent: [undefined, 'Bearer a', 'Bearer b'], asked: [{}, { rejected: 'a' }] })
  })
})
