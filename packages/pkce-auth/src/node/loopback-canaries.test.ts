// What must be seen nowhere: whatever happens to a login, no event, no error, no page and no line tells a code, a state, a verifier
// or a token. The authorization URL itself has the state, and is for whoever logs in.
import { PassThrough } from 'node:stream'
import { createTestClock, followRedirects } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { everythingOf } from '../../../auth/test/canaries.js'
import { beginLogin } from '../../test/begin-login.js'
import { type EmbeddedTarget, startEmbedded } from '../../test/login-target.js'
import { expectFree, giveBack, take } from '../../test/loopback.js'

let target: EmbeddedTarget
beforeAll(async () => {
  target = await startEmbedded('external')
})
afterAll(() => target[Symbol.asyncDispose]())
const written = [vi.spyOn(process.stderr, 'write'), vi.spyOn(process.stdout, 'write'), vi.spyOn(console, 'error')]
let undo = () => {}
afterEach(async () => {
  undo()
  undo = () => {}
  await expectFree(target.port)
})

/** What a case does with the honest answer, and gives back whatever a browser was shown. */
interface Case {
  clock?: ReturnType<typeof createTestClock>
  options?: Partial<Parameters<typeof beginLogin>[0]>
  act(callback: URL, input: PassThrough): Promise<unknown>
}

const seen = async (url: URL | string, init?: RequestInit) => {
  const response = await fetch(url, init)
  return [...response.headers, await response.text()]
}
const changed = (callback: URL, parameters: Record<string, string>) => {
  const url = new URL(callback)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}
/** The token endpoint repeats all that it was sent, and gives nothing. */
const echo = ({ body }: { body: string }) => {
  const form = new URLSearchParams(body)
  return {
    status: 400,
    body: { error: 'invalid_grant', error_description: `${form.get('code')} ${form.get('code_verifier')} ${body}` },
  }
}

const clock = createTestClock()
const cases: Record<string, Case> = {
  'a login that succeeds': { act: (url) => seen(url) },
  'an answer that comes twice': { act: async (url) => Promise.all([seen(url), seen(url)]) },
  'answers that are none, and then the right one': {
    act: async (url) => [
      await seen(changed(url, { iss: 'https://canary.example.com' })),
      await seen(changed(url, { state: 'canary' })),
      await seen(changed(url, { code: '' })),
      await seen(url, { method: 'POST' }),
      await seen(new URL(url.search, target.redirectUri.replace('/callback', '/elsewhere'))),
      await seen(url),
    ],
  },
  'a server that refuses and repeats the state': {
    act: (url) =>
      seen(changed(url, { error: 'access_denied', error_description: `no: ${url.searchParams.get('state')}` })),
  },
  'a token endpoint that refuses and repeats everything': {
    act: (url) => {
      undo = target.provider?.answer(target.tokenPath, echo) ?? undo
      return seen(url)
    },
  },
  'a token endpoint that answers something else': {
    act: (url) => {
      undo = target.provider?.answer(target.tokenPath, ({ body }) => ({ status: 200, body: `<p>${body}` })) ?? undo
      return seen(url)
    },
  },
  'a login that is finished by pasting, after a mistake': {
    act: async (url, input) => {
      input.write(`${changed(url, { state: 'canary' })}\n${changed(url, { iss: 'canary' })}\n`)
      input.write(`${url}\n`)
    },
  },
  'a browser that fails and says what it was given': {
    options: { browser: (url) => Promise.reject(new Error(`cannot open ${url}`)) },
    act: (url) => seen(url),
  },
  'nobody in time': { clock, act: () => clock.advance(120_000) },
}

test.each(Object.entries(cases))('%s', async (_, { act, options, clock }) => {
  for (const spy of written) spy.mockClear()
  target.provider?.clearRequests()
  const input = new PassThrough()
  const { url, tokens, events, printed } = beginLogin(
    { endpoint: target.endpoint, pasteFrom: input, ...options },
    { ...(clock && { clock }) },
  )
  const callback = await followRedirects(await url, { until: target.redirectUri })
  const pages = await act(callback, input)
  const outcome = await tokens.catch((error) => error)

  const forms = target.tokenRequests().map(({ body }) => new URLSearchParams(body))
  const secrets = [
    ...[...callback.searchParams].flatMap(([name, value]) => (name === 'iss' ? [] : [value])),
    ...forms.flatMap((form) => form.get('code_verifier') ?? []),
    ...('accessToken' in outcome ? [outcome.accessToken, outcome.refreshToken] : []),
  ]
  expect(secrets.length).toBeGreaterThanOrEqual(2)
  const told = everythingOf([
    events,
    printed,
    pages,
    outcome instanceof Error ? outcome : '',
    written.map(({ mock }) => mock.calls),
  ])
  const errors = outcome instanceof Error ? everythingOf(outcome) : ''
  expect([...secrets, 'canary'].filter((secret) => (told + errors).includes(secret))).toEqual([])
})

test('a port that is taken', async () => {
  const other = await take(target.port)
  const { tokens, events } = beginLogin({
    endpoint: target.endpoint,
    redirectUri: `${target.redirectUri}?canary=1`,
    fallbackRedirectUris: [],
  })
  const error = await tokens.catch((error) => error)
  expect(error.code).toBe('FLYTE_AUTH_PORT_TAKEN')
  expect(everythingOf([events]) + everythingOf(error)).not.toContain('canary')
  await giveBack(other)
})
