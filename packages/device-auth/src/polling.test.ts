import type { ServerResponse } from 'node:http'
import type { AuthError, FlyteEvent, TokenSet } from '@flyte-js/core'
import { createNodeFetch } from '@flyte-js/core/node'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { shownBy } from '../../auth/test/canaries.js'
import { type Answer, answers, authorization, deviceCode, startScriptedServer } from '../test/scripted-server.js'
import { letTimePass } from '../test/time.js'
import { type DeviceLoginOptions, deviceLogin } from './index.js'

// What a token endpoint may answer to a device code, good servers and others. Times are virtual.

const { pending, slowDown, denied, expired, tokens, error500, html, cut } = answers

let clock: TestClock
let events: FlyteEvent[]
beforeEach(() => {
  clock = createTestClock()
  events = []
})

async function begin({
  polls,
  device,
  ...options
}: { polls?: readonly Answer[]; device?: Record<string, unknown> } & Partial<DeviceLoginOptions> = {}) {
  const server = await startScriptedServer(clock, {
    ...(polls && { polls }),
    device: { json: { ...authorization, ...device } },
  })
  const grant = deviceLogin({ endpoint: server.endpoint, fetch: createNodeFetch(), onPrompt: () => {}, ...options })
  const login = grant.acquire({ clock, onEvent: (event) => void events.push(event) })
  login.catch(() => {})
  return { server, grant, login }
}

/** A login that is run to its end. */
async function run(polls: readonly Answer[], device: Record<string, unknown> = {}) {
  const { server, login } = await begin({ polls, device })
  const ended = await letTimePass(clock, login).then(
    (tokenSet) => ({ tokenSet: tokenSet as TokenSet, error: undefined }),
    (error: AuthError) => ({ tokenSet: undefined, error }),
  )
  // It ends once: nothing is asked any more, and no timer is left.
  const times = server.pollTimes()
  expect(clock.sleeping).toBe(0)
  await clock.advance(3600_000)
  expect(server.pollTimes()).toEqual(times)
  for (const { form } of server.asked.token)
    expect(form).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: 'flytectl',
      device_code: deviceCode,
    })
  expect(shownBy([ended.error, events], [deviceCode])).toEqual([])
  return { ...ended, times, endpoint: `${server.endpoint}/token` }
}

/** A server that is asked too often, or is in trouble, and may say for how long. */
function busy(status: number, retryAfter?: string | ((response: ServerResponse) => unknown)): Answer {
  return (response) => {
    if (typeof retryAfter === 'string') response.setHeader('retry-after', retryAfter)
    else retryAfter?.(response)
    response.writeHead(status).end()
  }
}

const slowedDown = () => events.flatMap((event) => (event.type === 'login.slowed-down' ? [event.interval] : []))

describe('the pace', () => {
  it('is an interval before each question, the first as well', async () => {
    const { times, tokenSet } = await run([pending, pending, tokens], { interval: 7 })
    expect(times).toEqual([7, 14, 21])
    expect(tokenSet).toMatchObject({ accessToken: 'token', refreshToken: 'refresh', expiresAt: clock.now() - 3540_000 })
    expect(events).toEqual([])
  })

  it.each([undefined, null, '', 0, '0', 'soon', {}])(
    'is five seconds where the server names none, as by %j',
    async (interval) => {
      expect((await run([pending, tokens], { interval })).times).toEqual([5, 10])
    },
  )

  it('is what the server names, also as text, as some write expires_in', async () => {
    const { times, error } = await run([pending], { interval: '7', expires_in: '20' })
    expect(times).toEqual([7, 14])
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
  })

  it('is five seconds slower for good after each slow_down', async () => {
    const { times } = await run([slowDown, pending, slowDown, pending, tokens])
    expect(times).toEqual([5, 15, 25, 40, 55])
    expect(slowedDown()).toEqual([10_000, 15_000])
  })

  it.each([
    ['connections that are cut', cut],
    ['an error of the server', error500],
    ['a page with HTTP 502', html(502)],
    ['a page with HTTP 503', html(503)],
    ['too many requests of whomever', { status: 429, json: { error: 'too_many_requests' } }],
    ["a gateway's own error", { status: 504, json: { error: 'Gateway Timeout' } }],
  ])('is half as fast each time after %s, as fast as before when there is an answer', async (_, trouble) => {
    const { times, tokenSet } = await run([trouble, trouble, pending, trouble, pending, tokens])
    expect(times).toEqual([5, 15, 35, 40, 50, 55])
    expect(tokenSet).toBeDefined()
  })

  it('is never slower than sixteen intervals', async () => {
    const { times } = await run([cut], { expires_in: 400 })
    expect(times).toEqual([5, 15, 35, 75, 155, 235, 315, 395])
  })

  it('is slower where a server in trouble asks for that (Retry-After), in seconds or by a date', async () => {
    const at = (seconds: number) => new Date(clock.now() + seconds * 1000).toUTCString()
    const { times } = await run([
      busy(429, '30'),
      // No sooner than without it.
      busy(503, '1'),
      busy(503, (response) => response.setHeader('retry-after', at(60))),
      // For this once.
      busy(503),
      pending,
      busy(429, '30'),
      cut,
      tokens,
    ])
    expect(times).toEqual([5, 35, 55, 115, 195, 200, 230, 250])
  })

  it.each(['86400', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'is sixteen intervals at most, whoever asks for more: Retry-After: %s',
    async (retryAfter) => {
      expect((await run([busy(503, retryAfter), tokens])).times).toEqual([5, 85])
    },
  )

  it.each(['-1', 'soon', '1e9', '', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'is the usual one after a Retry-After that says nothing: %j',
    async (retryAfter) => {
      expect((await run([busy(503, retryAfter), tokens])).times).toEqual([5, 15])
    },
  )

  it('is not touched by a Retry-After beside the words of RFC 8628', async () => {
    const waiting: Answer = (response) => {
      const headers = { 'content-type': 'application/json', 'retry-after': '60' }
      response.writeHead(400, headers).end(JSON.stringify({ error: 'authorization_pending' }))
    }
    expect((await run([waiting, tokens])).times).toEqual([5, 10])
  })

  it('is never faster than the interval that holds, however the troubles come', async () => {
    const { times } = await run([error500, slowDown, error500, pending, tokens])
    expect(times).toEqual([5, 15, 25, 45, 55])
  })

  it('is told by the words of RFC 8628, whatever the status', async () => {
    const withStatus = (error: string) => ({ status: 500, json: { error } })
    const { times, error } = await run([
      withStatus('authorization_pending'),
      withStatus('slow_down'),
      withStatus('access_denied'),
    ])
    expect(times).toEqual([5, 10, 20])
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'access_denied' })
  })

  it('counts from the end of a slow answer', async () => {
    const slow: Answer = (response) => {
      clock.advance(3_000).then(() => response.writeHead(503).end())
    }
    expect((await run([slow, tokens])).times).toEqual([5, 18])
  })
})

describe('the end', () => {
  it('of a login that nobody confirmed is the end of its code', async () => {
    const { times, error } = await run([pending], { expires_in: 20 })
    expect(times).toEqual([5, 10, 15])
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
    expect(error).not.toHaveProperty('cause')
    expect(error?.message).toMatch(/within 20 s, when its code ended\. Log in again and confirm it sooner$/)
  })

  it('counts from before the request for the code', async () => {
    const server = await startScriptedServer(clock, {
      device: (response) => {
        clock.advance(10_000).then(() => {
          response.writeHead(200, { 'content-type': 'application/json' })
          response.end(JSON.stringify({ ...authorization, expires_in: 22 }))
        })
      },
    })
    const expiries: number[] = []
    const login = deviceLogin({
      endpoint: server.endpoint,
      fetch: createNodeFetch(),
      onPrompt: ({ expiresAt }) => void expiries.push(expiresAt),
    }).acquire({ clock })
    const start = clock.now()
    await expect(letTimePass(clock, login)).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
    expect(server.pollTimes()).toEqual([15, 20])
    expect(clock.monotonic()).toBe(22_000)
    expect(expiries).toEqual([start + 22_000])
  })

  it('is not moved by a correction of the time', async () => {
    const { server, login } = await begin({ device: { expires_in: 20 } })
    await letTimePass(clock, login, { until: 7_000 })
    clock.setNow(0)
    await letTimePass(clock, login, { until: 12_000 })
    clock.setNow(Date.UTC(2030, 0, 1))
    await expect(letTimePass(clock, login)).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
    expect(server.pollTimes()).toEqual([5, 10, 15])
  })

  it('holds where the machine slept past it, and its timers with it', async () => {
    const { server, login } = await begin()
    await letTimePass(clock, login, { until: 7_000 })
    // The timers are behind: what is due by them is asked for far too late.
    const { monotonic } = clock
    clock.monotonic = () => monotonic() + 3600_000
    await expect(letTimePass(clock, login)).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
    expect(server.asked.token).toHaveLength(1)
  })

  it('comes in the middle of a question that has no answer', async () => {
    const { server, login } = await begin({ polls: [() => {}], device: { expires_in: 20 } })
    await letTimePass(clock, login, { until: 4_000 })
    while (server.asked.token.length === 0) await clock.advance(1_000)
    await clock.advance(15_000)
    await expect(login).rejects.toMatchObject({ code: 'FLYTE_AUTH_LOGIN_TIMEOUT' })
    expect(clock.sleeping).toBe(0)
  })

  it('says why the server could not be asked at last', async () => {
    const { error, endpoint } = await run([pending, cut], { expires_in: 20 })
    expect(error?.message).toMatch(/confirm it sooner\. At last the server could not be asked: .*cannot be reached/)
    expect(error?.message).toContain(endpoint)
    expect(error?.cause).toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
  })

  it('does not say so where it could be asked again', async () => {
    const { error } = await run([cut, pending], { expires_in: 20 })
    expect(error).not.toHaveProperty('cause')
  })

  it.each([
    ['the person', denied, 'FLYTE_AUTH_GRANT_REFUSED', 'access_denied', 'allow it there'],
    ['the server', expired, 'FLYTE_AUTH_LOGIN_TIMEOUT', 'expired_token', 'confirm it sooner'],
  ])('comes at once by the word of %s', async (_, answer, code, oauthError, cure) => {
    const { times, error, endpoint } = await run([pending, answer, tokens])
    expect(times).toEqual([5, 10])
    expect(error).toMatchObject({
      code,
      oauthError,
      status: 400,
      endpoint,
      grant: expect.stringMatching(/device_code$/),
    })
    expect(error?.message).toContain(oauthError)
    expect(error?.message).toContain(cure)
  })

  it.each(['invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_request', 'made_up', 'server_error'])(
    'comes at once with any other refusal: %s',
    async (oauthError) => {
      const { times, error } = await run([{ status: 400, json: { error: oauthError } }, tokens])
      expect(times).toEqual([5])
      expect(error).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError })
    },
  )

  it.each([
    ['a page instead of tokens', html(200)],
    ['a page with HTTP 404', html(404)],
    ['a redirect, as to a login page', (response) => void response.writeHead(302, { location: '/login' }).end()],
    ['no token', { json: { token_type: 'bearer' } }],
    ['a token that no header can carry', { json: { access_token: 'a\nb', token_type: 'bearer' } }],
  ] satisfies [string, Answer][])('comes at once with %s', async (_, answer) => {
    const { times, error } = await run([answer, tokens])
    expect(times).toEqual([5])
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_RESPONSE_INVALID' })
  })
})

describe('the device code', () => {
  it.each(['access_denied', 'expired_token', 'invalid_grant'])(
    'is in no error and no event, though the server echoes it with %s',
    async (error) => {
      const echo: Answer = (response, form) => {
        const body = { error, error_description: `What is ${form.get('device_code')}? ${form}`, error_uri: `${form}` }
        response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      }
      const slow = { status: 400, json: { error: 'slow_down', error_description: deviceCode } }
      const ended = await run([slow, echo])
      expect(ended.error?.oauthErrorDescription).toBe('(withheld: it repeats a secret)')
      expect(events).toHaveLength(1)
    },
  )

  it.each([
    ['as the error itself', { status: 400, json: { error: deviceCode } }],
    ['in a trouble', { status: 500, json: { error: 'oops', error_description: deviceCode } }],
    ['as a page', (response) => void response.writeHead(400).end(deviceCode)],
    ['as what it is not', { json: { access_token: 7, device_code: deviceCode } }],
    [
      'in JSON that is cut',
      (response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(`{"device_code": "${deviceCode}`),
    ],
  ] satisfies [string, Answer][])('nor is it there %s', async (_, answer) => {
    const { error } = await run([answer], { expires_in: 12 })
    expect(error).toBeDefined()
  })
})

describe('a listener', () => {
  it('of the grant hears that the server slowed it down, where the context has none', async () => {
    const heard: FlyteEvent[] = []
    const server = await startScriptedServer(clock, { polls: [slowDown, tokens] })
    const { acquire } = deviceLogin({
      endpoint: server.endpoint,
      fetch: createNodeFetch(),
      onPrompt: () => {},
      onEvent: (event) => void heard.push(event),
    })
    await letTimePass(clock, acquire({ clock }))
    expect(heard).toContainEqual({ type: 'login.slowed-down', interval: 10_000 })
  })
})
