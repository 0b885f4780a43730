import { type FlyteEvent, systemClock } from '@flyte-js/core'
import { expect, inject, test } from 'vitest'
import { AdminError } from '../../src/admin-error.js'
import { type AdminClientOptions, createAdminClient } from '../../src/create-admin-client.js'

const endpoint = inject('faultyEndpoint')
const otherOrigin = inject('otherOrigin')
const token = 'canary-token'

/** What the server saw of one test. */
interface Seen {
  method: string
  headers: Record<string, string>
  status: number | null
}
const read = async <T>(url: string): Promise<T> => (await fetch(url)).json()
const seenOf = (id: string) => read<Seen[]>(`${endpoint}/seen/${id}`)
const withoutPreflights = (seen: Seen[]) => seen.filter(({ method }) => method !== 'OPTIONS')

let count = 0
/** A project whose first answers are faults: so many of this kind. */
function projectWith(kind: string, times: number): string {
  count += 1
  return `${kind}-${times}-${count}${crypto.randomUUID().slice(0, 8)}`
}

function createClient(options: Partial<AdminClientOptions> = {}) {
  const events: FlyteEvent[] = []
  const tokenSource = { getToken: async () => ({ accessToken: token, tokenType: 'bearer' }) }
  const clock = { ...systemClock, sleep: async () => {} }
  const client = createAdminClient({
    endpoint,
    tokenSource,
    clock,
    retries: { limit: 2 },
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { ...client, events }
}

async function failureOf(call: Promise<unknown>): Promise<AdminError> {
  const error = await call.then(
    () => expect.unreachable(),
    (error) => error,
  )
  expect(error).toBeInstanceOf(AdminError)
  expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(token)
  return error
}

test('from another origin goes only what the default CORS lets through', async () => {
  const { admin } = createClient()
  const id = projectWith('none', 0)
  expect(await admin.getProject({ id })).toEqual({ id })
  await admin.updateProject({ id, description: 'changed' })
  const seen = await seenOf(id)
  const preflights = seen.filter(({ method }) => method === 'OPTIONS')
  const asked = preflights.map(({ headers }) => headers['access-control-request-headers'])
  expect(asked).toEqual(['flyte-authorization', 'content-type,flyte-authorization'])
  expect(preflights.map(({ status }) => status)).toEqual([200, 200])
  const requests = withoutPreflights(seen)
  expect(requests.map(({ method }) => method)).toEqual(['GET', 'PUT'])
  for (const { headers } of requests) {
    expect(headers).toMatchObject({ 'flyte-authorization': `Bearer ${token}`, accept: 'application/json' })
    for (const name of ['authorization', 'x-request-id', 'grpc-timeout', 'cookie'])
      expect(headers).not.toHaveProperty(name)
    expect(headers['user-agent']).toContain('Mozilla')
  }
})

const repeated: [kind: string, expected: object][] = [
  ['reset', { code: 'FLYTE_ADMIN_UNREACHABLE' }],
  ['headers', { code: 'FLYTE_ADMIN_UNREACHABLE' }],
  ['unavailable', { code: 'FLYTE_ADMIN_RPC_FAILED', status: 503, grpcStatus: 'UNAVAILABLE' }],
  ['gateway', { code: 'FLYTE_ADMIN_RPC_FAILED', status: 502 }],
]
test.each(repeated)('what may pass is tried again, and creates are not: %s', async (kind, expected) => {
  const { admin, events } = createClient()
  const passing = projectWith(kind, 2)
  expect(await admin.getProject({ id: passing })).toEqual({ id: passing })
  expect(withoutPreflights(await seenOf(passing))).toHaveLength(3)
  events.length = 0
  const lasting = projectWith(kind, 100)
  expect(await failureOf(admin.getProject({ id: lasting }))).toMatchObject({ ...expected, isRetryable: true, tries: 3 })
  expect(events.filter(({ type }) => type === 'admin.retry')).toHaveLength(2)

  const created = projectWith(kind, 100)
  expect(await failureOf(admin.registerProject({ project: { id: created } }))).toMatchObject({ ...expected, tries: 1 })
  // A browser sends again by itself what goes out on a kept connection that is cut, even a POST: nobody can forbid it.
  if (kind === 'reset') return
  expect(withoutPreflights(await seenOf(lasting))).toHaveLength(3)
  expect(withoutPreflights(await seenOf(created))).toHaveLength(1)
})

const final: [kind: string, expected: object][] = [
  ['broken', { code: 'FLYTE_ADMIN_RPC_FAILED', status: 500, grpcStatus: 'INTERNAL' }],
  ['html', { code: 'FLYTE_ADMIN_RESPONSE_INVALID', status: 200 }],
  ['truncated', { code: 'FLYTE_ADMIN_RESPONSE_INVALID', status: 200 }],
  ['charset', { code: 'FLYTE_ADMIN_RESPONSE_INVALID', status: 200 }],
  ['huge', { code: 'FLYTE_ADMIN_RESPONSE_INVALID' }],
  // A browser hides where a redirect leads, and that it is one.
  ['elsewhere', { code: 'FLYTE_ADMIN_RESPONSE_INVALID', status: 0 }],
  ['loop', { code: 'FLYTE_ADMIN_RESPONSE_INVALID', status: 0 }],
]
test.each(final)('what stays wrong is not tried again: %s', async (kind, expected) => {
  const { admin } = createClient({ maxBytes: 2 ** 20 })
  const id = projectWith(kind, 1)
  expect(await failureOf(admin.getProject({ id }))).toMatchObject({ ...expected, isRetryable: false, tries: 1 })
  expect(withoutPreflights(await seenOf(id))).toHaveLength(1)
  expect(await admin.getProject({ id })).toEqual({ id })
  expect(await read(`${otherOrigin}/seen/all`)).toEqual([])
})

test("a page of another origin is not shown Retry-After, so a proxy's 429 is left in peace", async () => {
  const { admin } = createClient()
  const id = projectWith('throttled', 100)
  const error = await failureOf(admin.getProject({ id }))
  expect(error).toMatchObject({ status: 429, isRetryable: true, tries: 1 })
  expect(error).not.toHaveProperty('retryAfter')
})

test.each(['hole', 'drip'])('a deadline is kept: %s', async (kind) => {
  const { admin } = createClient({ timeout: 300, retries: { limit: 0 } })
  const warm = projectWith('none', 0)
  await admin.getProject({ id: warm })
  const id = projectWith(kind, 1)
  const start = performance.now()
  expect(await failureOf(admin.getProject({ id }))).toMatchObject({ code: 'FLYTE_ADMIN_TIMEOUT', tries: 1 })
  const duration = performance.now() - start
  expect(duration).toBeGreaterThanOrEqual(295)
  // Not a tenth as in Node: a browser's timers share their thread with its page, and it measures in coarse steps.
  expect(duration).toBeLessThan(600)
  expect(await admin.getProject({ id })).toEqual({ id })
})

test('an abort frees the connection: a browser has six for each server', async () => {
  const { admin } = createClient()
  const ids = Array.from({ length: 12 }, () => projectWith('hole', 1))
  for (const id of ids) {
    const controller = new AbortController()
    const reason = new Error('the page was left')
    const call = admin.getProject({ id }, { signal: controller.signal }).catch((error) => error)
    while ((await seenOf(id)).every(({ method }) => method === 'OPTIONS'));
    controller.abort(reason)
    expect(await call).toBe(reason)
  }
  const id = projectWith('none', 0)
  expect(await admin.getProject({ id })).toEqual({ id })
})

test('a server that is not there is an error that may pass', async () => {
  // Browsers do not even try port 9.
  const { admin } = createClient({ endpoint: 'http://localhost:9', authorizationHeader: 'flyte-authorization' })
  expect(await failureOf(admin.getProject({ id: 'p' }))).toMatchObject({ code: 'FLYTE_ADMIN_UNREACHABLE', tries: 3 })
})
