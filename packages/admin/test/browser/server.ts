// The Flyte Admin of the pages under test, with the CORS headers that it has by default. Pages reach it on another origin, and
// cannot reach into it: so what goes wrong, and how often, is in the id of the project that is asked for, and `seen` tells what came.
import { type Fault, startFlyteAdmin } from '@flyte-js/testing'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    faultyEndpoint: string
    /** Another origin that pages may read, and where nothing should come. */
    otherOrigin: string
  }
}

/** Starts it, with another origin that redirects lead to. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cors = { allowedOrigins: ['*'] }
  const [admin, other] = await Promise.all([
    startFlyteAdmin({ auth: 'none', cors }),
    startFlyteAdmin({ auth: 'none', cors }),
  ])
  const json = { 'Content-Type': 'application/json' }
  const page = { 'Content-Type': 'text/html' }
  const unavailable = { code: 14, message: 'down for a moment', details: [] }
  const faults: Record<string, Fault> = {
    reset: { kind: 'reset' },
    headers: { kind: 'reset', after: 'headers' },
    hole: { kind: 'black-hole' },
    drip: { kind: 'drip', bytes: 1, every: 20 },
    unavailable: { kind: 'status', status: 503, headers: json, body: unavailable },
    gateway: { kind: 'status', status: 502, headers: page, body: '<html>' },
    throttled: { kind: 'status', status: 429, headers: { ...page, 'Retry-After': '1' }, body: '<html>' },
    broken: { kind: 'status', status: 500, headers: json, body: { code: 13, message: 'broken', details: [] } },
    html: { kind: 'status', status: 200, headers: page, body: '<html>' },
    truncated: { kind: 'truncate', bytes: 20 },
    charset: { kind: 'content-type', value: 'application/json; charset=utf-16' },
    huge: { kind: 'body', size: 100 * 2 ** 20 },
    elsewhere: { kind: 'redirect', location: `${other.url}/api/v1/projects` },
    loop: { kind: 'redirect', location: '' },
  }

  admin.answer(({ path }) => path.includes('flyte_client'), {
    body: { authorization_metadata_key: 'flyte-authorization' },
  })
  admin.answer(
    ({ path }) => path.startsWith('/api/v1/projects/'),
    ({ path }) => ({ body: { id: path.split('/').at(-1) } }),
  )
  // `hole-2-…`: a black hole, twice. Each id is used by one test of one browser.
  const times = new Map<string, number>()
  for (const [name, fault] of Object.entries(faults))
    admin.fault(({ method, path, body }) => {
      const [, id, kind, count] = /((\w+)-(\d+)-[\w.]+)/.exec(path + body) ?? []
      if (method === 'OPTIONS' || id === undefined || kind !== name || path.startsWith('/seen/')) return false
      const met = (times.get(id) ?? 0) + 1
      times.set(id, met)
      return met <= Number(count)
    }, fault)

  // What came that has this in its path or body.
  const seen = (requests: typeof admin.requests) => (request: { path: string }) => {
    const wanted = request.path.split('/').at(-1) as string
    const mine = requests.filter(({ path, body }) => !path.startsWith('/seen/') && (path + body).includes(wanted))
    return { body: mine.map(({ method, headers, status }) => ({ method, headers, status: status ?? null })) }
  }
  admin.answer(({ path }) => path.startsWith('/seen/'), seen(admin.requests))
  other.answer(
    ({ path }) => path.startsWith('/seen/'),
    () => ({ body: other.requests.filter(({ path }) => !path.startsWith('/seen/')) }),
  )
  project.provide('faultyEndpoint', admin.url)
  project.provide('otherOrigin', other.url)
  return async () => {
    await Promise.all([admin.close(), other.close()])
  }
}
