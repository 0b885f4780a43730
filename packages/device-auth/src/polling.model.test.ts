import type { AuthError, Fetch, FlyteEvent, TokenSet } from '@flyte-js/core'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shownBy } from '../../auth/test/canaries.js'
import { authorization, deviceCode } from '../test/scripted-server.js'
import { letTimePass } from '../test/time.js'
import { deviceLogin } from './index.js'

// Whatever a server answers, and however long it takes: what the client does is what RFC 8628 section 3.5 says, written here a
// second time as a loop over virtual time. Times are seconds.

const kinds = {
  authorization_pending: 'go on',
  slow_down: 'go on',
  network: 'trouble',
  server_error: 'trouble',
  page: 'trouble',
  access_denied: 'FLYTE_AUTH_GRANT_REFUSED',
  expired_token: 'FLYTE_AUTH_LOGIN_TIMEOUT',
  invalid_grant: 'FLYTE_AUTH_GRANT_REFUSED',
  nonsense: 'FLYTE_AUTH_RESPONSE_INVALID',
  tokens: 'tokens',
} as const

type Kind = keyof typeof kinds
interface Poll {
  kind: Kind
  latency: number
}
interface Script {
  polls: readonly Poll[]
  /** How long the device authorization endpoint takes. */
  latency: number
  expiresIn: number
  interval: number | undefined
  timeout: number | undefined
}

/** Half a second is the smallest piece of time, so that the clock can go in steps. */
const time = (min: number, max: number) => fc.integer({ min: min * 2, max: max * 2 }).map((halves) => halves / 2)
const goesOn = Object.keys(kinds).filter((kind) => ['go on', 'trouble'].includes(kinds[kind as Kind])) as Kind[]
const poll = fc.record({
  // Most answers go on, so that the script is read to its end now and then.
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...goesOn) },
    fc.constantFrom(...(Object.keys(kinds) as Kind[])),
  ),
  latency: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, time(0, 20)),
})
const script: fc.Arbitrary<Script> = fc
  .record({
    polls: fc.array(poll, { maxLength: 20 }),
    latency: fc.oneof(fc.constant(0), time(0, 20)),
    expiresIn: time(30, 300),
    interval: fc.option(time(1, 29), { nil: undefined }),
    timeout: fc.option(time(1, 300), { nil: undefined }),
  })
  .filter(({ latency, expiresIn, timeout }) => latency < expiresIn && (timeout === undefined || latency < timeout))

/** One script for each end that there is: 150 of chance may leave one out. */
const endings = (['access_denied', 'expired_token', 'nonsense', 'tokens'] as const).map((kind): [Script] => [
  { polls: [{ kind, latency: 0 }], latency: 0, expiresIn: 300, interval: 1, timeout: undefined },
])

/** What is to happen. */
function expected({ polls, latency, expiresIn, interval = 5, timeout = Number.POSITIVE_INFINITY }: Script) {
  const end = Math.min(expiresIn, timeout)
  const times: number[] = []
  const slowedDown: number[] = []
  let pace = interval
  let failures = 0
  let now = latency
  for (let index = 0; ; index += 1) {
    now += pace * 2 ** Math.min(failures, 4)
    if (now >= end) return { times, slowedDown, outcome: 'FLYTE_AUTH_LOGIN_TIMEOUT', end }
    times.push(now)
    const { kind, latency } = polls[index] ?? { kind: 'authorization_pending', latency: 0 }
    now += latency
    if (now >= end) return { times, slowedDown, outcome: 'FLYTE_AUTH_LOGIN_TIMEOUT', end }
    const meaning = kinds[kind]
    failures = meaning === 'trouble' ? failures + 1 : 0
    if (kind === 'slow_down') {
      pace += 5
      slowedDown.push(pace * 1000)
    }
    if (meaning !== 'trouble' && meaning !== 'go on') return { times, slowedDown, outcome: meaning, end: now }
  }
}

/** The whole network of the client: a server that follows the script. */
function scriptedFetch({ polls, latency, expiresIn, interval }: Script, clock: TestClock, times: number[]): Fetch {
  const json = (body: unknown, status = 200) => Response.json(body, { status })
  const reply = (kind: Kind) => {
    switch (kind) {
      case 'network':
        throw new TypeError(`fetch failed: ${deviceCode}`)
      case 'page':
        return new Response(deviceCode, { status: 502, headers: { 'content-type': 'text/html' } })
      case 'nonsense':
        return json({ device_code: deviceCode })
      case 'server_error':
        return json({ error: kind, error_description: deviceCode }, 500)
      case 'tokens':
        return json({ access_token: 'token', token_type: 'bearer' })
      default:
        return json({ error: kind, error_description: deviceCode }, 400)
    }
  }
  return async (url, init) => {
    const sleep = (seconds: number) => clock.sleep(seconds * 1000, { signal: init?.signal as AbortSignal })
    switch (new URL(url).pathname) {
      case '/device':
        await sleep(latency)
        return json({ ...authorization, expires_in: expiresIn, interval })
      case '/token': {
        const { kind, latency } = polls[times.push(clock.monotonic() / 1000) - 1] ?? {
          kind: 'authorization_pending',
          latency: 0,
        }
        await sleep(latency)
        return reply(kind)
      }
      default:
        return json({ client_id: 'flytectl' })
    }
  }
}

it('any sequence of answers is polled as RFC 8628 says: never too fast, never too late, and to one end', async () => {
  const outcomes = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(script, async (script) => {
      const clock = createTestClock()
      const events: FlyteEvent[] = []
      const times: number[] = []
      let prompts = 0
      const server = 'https://login.example.com'
      const { acquire } = deviceLogin({
        endpoint: 'https://flyte.example.com',
        authorizationServer: {
          issuer: server,
          token_endpoint: `${server}/token`,
          device_authorization_endpoint: `${server}/device`,
        },
        fetch: scriptedFetch(script, clock, times),
        ...(script.timeout !== undefined && { timeout: script.timeout * 1000 }),
        onPrompt: () => {
          expect(times).toEqual([])
          prompts += 1
        },
      })
      const login = acquire({ clock, onEvent: (event) => void events.push(event) })
      const ended = await letTimePass(clock, login, { step: 500 }).then(
        (tokenSet) => tokenSet as TokenSet,
        (error: AuthError) => error,
      )

      const { outcome, end, slowedDown, ...model } = expected(script)
      expect('accessToken' in ended ? 'tokens' : ended.code).toBe(outcome)
      expect(clock.monotonic()).toBe(end * 1000)
      expect(times).toEqual(model.times)
      expect(events).toEqual(slowedDown.map((interval) => ({ type: 'login.slowed-down', interval })))
      expect(prompts).toBe(1)
      expect(shownBy([ended, events], [deviceCode])).toEqual([])
      // Nothing is left that could ask once more.
      expect(clock.sleeping).toBe(0)
      await clock.advance(86_400_000)
      expect(times).toEqual(model.times)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }),
    { numRuns: 150, examples: endings },
  )
  // The scripts come to all ends that there are.
  expect([...outcomes.keys()].sort()).toEqual([
    'FLYTE_AUTH_GRANT_REFUSED',
    'FLYTE_AUTH_LOGIN_TIMEOUT',
    'FLYTE_AUTH_RESPONSE_INVALID',
    'tokens',
  ])
})
