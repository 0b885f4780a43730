import { afterEach, describe, expect, it, vi } from 'vitest'
import { createFakeTab } from '../test/fake-page.js'
import { whyNoAnswer, whyNobody } from './blocked.js'

afterEach(() => vi.unstubAllGlobals())

const failure = new TypeError('Failed to fetch')

describe('why no answer came', () => {
  const explain = async (pageAt: string, endpoint: string, answers: Record<string, boolean>) => {
    createFakeTab(pageAt)
    const fetch = vi.fn(async (_url: string | URL, init?: { mode?: RequestMode | undefined }) => {
      if (answers[init?.mode ?? '']) return new Response()
      throw failure
    })
    const reason = (await whyNoAnswer(new URL(endpoint), fetch, failure)) as Error & { code?: string }
    return { reason, fetch }
  }

  it.each([
    ['it is the same origin', 'https://flyte.example.com/', { 'no-cors': true, cors: true }],
    ['nothing answers there', 'https://app.example.com/', {}],
  ])('is the network, where %s', async (_, pageAt, answers) => {
    expect((await explain(pageAt, 'https://flyte.example.com/', answers)).reason).toBe(failure)
  })

  it('is mixed content where a page of https asks over http, but not on loopback', async () => {
    const { reason, fetch } = await explain('https://app.example.com/', 'http://flyte.example.com/', {})
    expect(reason).toMatchObject({
      code: 'FLYTE_AUTH_INSECURE_ENDPOINT',
      message: expect.stringContaining('Use https'),
    })
    expect(fetch).not.toHaveBeenCalled()
    expect((await explain('https://app.example.com/', 'http://localhost:8088/', {})).reason).toBe(failure)
  })

  it.each([
    [{ 'no-cors': true }, 'it does not let https://app.example.com in'],
    [{ 'no-cors': true, cors: true }, 'it lets in every origin'],
  ])('is CORS where %j is answered', async (answers, expected) => {
    const { reason, fetch } = await explain('https://app.example.com/', 'https://flyte.example.com/', answers)
    expect(reason).toMatchObject({
      code: 'FLYTE_AUTH_CORS_REFUSED',
      endpoint: 'https://flyte.example.com/',
      cause: { name: 'TypeError' },
      message: expect.stringContaining(expected),
    })
    expect(reason.message).toMatch(/allowedOrigins to name https:\/\/app\.example\.com.*code-auth/)
    for (const [url, init] of fetch.mock.calls) {
      expect([String(url), init]).toMatchObject(['https://flyte.example.com/healthcheck', { credentials: 'omit' }])
    }
  })
})

describe('why nobody is signed in', () => {
  it.each([
    ['https://app.example.com', 'https://flyte.example.com', /not finished.*ID token is refused.*public suffix/],
    ['http://localhost:3000', 'http://localhost:8088', /not finished/],
    ['http://app.example.com', 'https://flyte.example.com', /two sites, if only by their schemes.*https for both/],
    ['http://app.example.com', 'http://flyte.other.com', /plain http.*SameSite=None.*Secure.*https/],
    ['http://10.0.0.1', 'http://10.0.0.2:30080', /plain http/],
    ['https://app.example.com', 'https://flyte.other.com', /third-party cookies.*NoneMode.*Safari and Firefox/],
    ['http://app.example.com', 'https://flyte.other.com', /third-party/],
    ['http://127.0.0.1:3000', 'http://localhost:8088', /third-party/],
    ['http://app.localhost', 'http://flyte.localhost', /third-party/],
    ['http://[::1]:1', 'http://[::1]:2', /not finished/],
  ])('in a page of %s at %s', (pageAt, endpoint, reason) => {
    createFakeTab(`${pageAt}/?secret=canary#canary`)
    const error = whyNobody(new URL(`${endpoint}/`))
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_COOKIES_BLOCKED', status: 401, endpoint: `${endpoint}/` })
    expect(error.message).toMatch(reason)
    expect(JSON.stringify(error)).not.toContain('canary')
  })
})
