// Every route on the wire, against the project's own list: method, path, query and body as a server sees them.
import { readFileSync } from 'node:fs'
import { fetchTransport, type HttpTransport } from '@flyte-js/core'
import { nodeHttpTransport } from '@flyte-js/core/node'
import type { FlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AdminError } from '../src/admin-error.js'
import { createAdminClient } from '../src/create-admin-client.js'
import { startRecorder } from './recorder.js'

interface ListedRoute {
  service: string
  rpc: string
  method: string
  path: string
  hasBody: boolean
  items: string
  binding: string
}

const routes: ListedRoute[] = readFileSync(new URL('../../idl/test/expected-routes.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [service = '', rpc = '', method = '', path = '', body, items = '', binding = ''] = line.split('\t')
    return { service, rpc, method, path, hasBody: body === '*', items, binding }
  })

const clientNames: Record<string, string> = {
  AdminService: 'admin',
  SignalService: 'signal',
  DataProxyService: 'dataProxy',
  IdentityService: 'identity',
  AuthMetadataService: 'authMetadata',
}

type Method = (request?: object) => Promise<unknown>

/** Every transport, since each has its own way to frame a body, a DELETE's above all. */
const transports: Record<string, HttpTransport> = { fetch: fetchTransport(), 'node:http': nodeHttpTransport() }

let recorder: FlyteAdmin
let methodOf: (route: ListedRoute, transport?: HttpTransport) => Method & { paginate?: unknown; pages?: unknown }
beforeAll(async () => {
  recorder = await startRecorder()
  methodOf = ({ service, rpc }, transport = fetchTransport()) => {
    const client = createAdminClient({ endpoint: recorder.url, transport }) as unknown as Record<
      string,
      Record<string, Method>
    >
    return client[clientNames[service] ?? '']?.[rpc.charAt(0).toLowerCase() + rpc.slice(1)] as Method
  }
})
afterAll(async () => {
  transports['node:http']?.close?.()
  await recorder.close()
})
afterEach(() => recorder.clearRequests())

const fieldsOf = ({ path }: ListedRoute) => [...path.matchAll(/\{(.*?)\}/g)].map(([, field = '']) => field)

/** A value that a field of the path may have, and that must be encoded there. */
const sampleOf = (field: string): string | number =>
  field.endsWith('retry_attempt') ? 0 : field.endsWith('resource_type') ? 'TASK' : `${field}: ü ?#%+&;@`

/** Sets `a.b.c` of a message. */
function set(message: Record<string, unknown>, field: string, value: unknown): void {
  const names = field.split('.')
  const last = names.pop() as string
  let at = message
  for (const name of names) {
    at[name] ??= {}
    at = at[name] as Record<string, unknown>
  }
  at[last] = value
}

function requestFor(route: ListedRoute, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const request: Record<string, unknown> = {}
  for (const field of fieldsOf(route)) set(request, field, sampleOf(field))
  for (const [field, value] of Object.entries(changes)) set(request, field, value)
  return request
}

describe('the routes of the client', () => {
  it('are all 69', () => {
    expect(routes).toHaveLength(69)
    for (const route of routes) expect(methodOf(route), route.rpc).toBeTypeOf('function')
  })

  it('are paginated exactly where the answer comes in pages', () => {
    const paginated = routes.filter((route) => methodOf(route).paginate !== undefined)
    expect(paginated).toEqual(routes.filter(({ items }) => items !== ''))
    for (const route of paginated) expect(methodOf(route).pages).toBeTypeOf('function')
  })
})

describe.each(routes)('$rpc, $binding: $method $path', (route) => {
  const extra = {
    filters: 'eq(a,1)+ne(b,2)',
    'sort_by.key': 'created_at',
    zero: 0,
    no: false,
    empty: '',
    nothing: null,
  }

  it.each(Object.entries(transports))('goes out over %s as the list says, once', async (_, transport) => {
    const request = requestFor(route, extra)
    await methodOf(route, transport)(request)
    expect(recorder.requests).toHaveLength(1)
    const [sent] = recorder.requests
    const path = route.path.replace(/\{(.*?)\}/g, (_, field) => encodeURIComponent(sampleOf(field)))
    expect(sent).toMatchObject({ method: route.method, path })
    expect(sent?.headers.accept).toBe('application/json')
    if (route.hasBody) {
      expect(sent?.query.size).toBe(0)
      expect(JSON.parse(sent?.body ?? '')).toEqual(request)
      expect(sent?.headers['content-type']).toBe('application/json')
    } else {
      expect(sent?.body).toBe('')
      expect(sent?.headers).not.toHaveProperty('content-type')
      expect([...(sent?.query ?? [])]).toEqual(
        expect.arrayContaining([
          ['filters', 'eq(a,1)+ne(b,2)'],
          ['sort_by.key', 'created_at'],
          ['zero', '0'],
          ['no', 'false'],
        ]),
      )
      expect(sent?.url).toContain('%2Bne(b%2C2)')
      // What is in the path, or unset, is not said again.
      expect(sent?.query.size).toBe(4)
    }
  })
})

const withPath = routes.filter((route) => fieldsOf(route).length > 0)

/** The fields that every route of the RPC has in its path. */
const requiredBy = (route: ListedRoute) =>
  fieldsOf(route).filter((field) => routes.every((other) => other.rpc !== route.rpc || fieldsOf(other).includes(field)))

describe.each(withPath)('the path of $rpc, $binding: $path', (route) => {
  it('needs every one of its fields', async () => {
    for (const field of requiredBy(route)) {
      for (const value of ['', undefined, null, Number.NaN, {}, []]) {
        const error = await methodOf(route)(requestFor(route, { [field]: value })).catch((error: unknown) => error)
        expect(error).toBeInstanceOf(AdminError)
        expect(error).toMatchObject({ code: 'FLYTE_ADMIN_REQUEST_INVALID', isRetryable: false })
        expect((error as AdminError).message).toMatch(new RegExp(`^${route.rpc}: ${field} `, 'i'))
      }
    }
    await expect(methodOf(route)()).rejects.toMatchObject({ code: 'FLYTE_ADMIN_REQUEST_INVALID' })
    await expect(methodOf(route)({ id: null, attributes: null })).rejects.toBeInstanceOf(AdminError)
    expect(recorder.requests).toEqual([])
  })

  it('refuses what would lead elsewhere', async () => {
    for (const field of fieldsOf(route)) {
      for (const value of ['a/b', '/', '.', '..']) {
        await expect(methodOf(route)(requestFor(route, { [field]: value }))).rejects.toMatchObject({
          code: 'FLYTE_ADMIN_REQUEST_INVALID',
          message: expect.stringContaining(value.includes('/') ? 'list it with filters' : `"${value}"`),
        })
      }
    }
    expect(recorder.requests).toEqual([])
  })
})

describe('an additional route', () => {
  it.each(routes.filter(({ binding }) => binding === 'additional'))(
    'of $rpc is taken only where the first cannot be filled',
    async (route) => {
      for (const name of [undefined, null, '', 'named']) {
        recorder.clearRequests()
        await methodOf(route)(requestFor(route, { 'id.name': name }))
        const base = route.path.replace(/\{(.*?)\}/g, (_, field) => encodeURIComponent(sampleOf(field)))
        expect(recorder.requests.map(({ url }) => url)).toEqual([name === 'named' ? `${base}/named` : base])
      }
    },
  )
})
