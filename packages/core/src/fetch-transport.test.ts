import { describe, expect, test, vi } from 'vitest'
import { describeHttpTransport } from '../test/http-transport-suite.js'
import type { Fetch } from './fetch-contract.js'
import { fetchTransport } from './fetch-transport.js'

describe('fetchTransport', () => {
  describeHttpTransport(() => fetchTransport(), false)
})

describe('the fetch that is given', () => {
  const request = { method: 'GET', url: 'https://flyte.example/a', headers: { accept: 'application/json' } }

  test('is asked once, without cookies and without following', async () => {
    const fetch = vi.fn<Fetch>(async () => new Response('{}'))
    expect((await fetchTransport({ fetch }).request(request)).body).toBe('{}')
    expect(fetch.mock.calls).toMatchObject([
      [request.url, { method: 'GET', headers: request.headers, credentials: 'omit', redirect: 'manual' }],
    ])
  })

  test('takes cookies along when it is told to', async () => {
    const fetch = vi.fn<Fetch>(async () => new Response())
    await fetchTransport({ fetch, credentials: 'include' }).request(request)
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ credentials: 'include' })
  })

  test('may have answers without a stream, as polyfills do', async () => {
    const answer = { status: 200, headers: new Headers(), text: async () => 'whole' }
    const fetch: Fetch = async () => answer as unknown as Response
    expect((await fetchTransport({ fetch }).request(request)).body).toBe('whole')
  })
})
