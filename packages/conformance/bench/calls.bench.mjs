// Calls a second through the whole client against its peers, on loopback, the server in a process of its own. Each call asks for
// something else, or those in flight would be one request.
import { Agent, get } from 'node:http'
import { createAdminClient } from '@flyte-js/admin'
import { createTokenManager } from '@flyte-js/auth'
import { nodeHttpTransport } from '@flyte-js/core/node'
import { request as octokit } from '@octokit/request'
import ky from 'ky'
import createOpenapiClient from 'openapi-fetch'
import { request } from 'undici'
import { interleave, report } from './measure.mjs'
import { startServer } from './start-server.mjs'

const server = await startServer(['--bare'])
const { endpoint } = server
const accessToken = 't'.repeat(800)
const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
const url = `${endpoint}/api/v1/projects`
const { signal } = new AbortController()

const tokenSource = createTokenManager({
  grant: {
    type: 'fixed',
    acquire: async () => ({ accessToken, tokenType: 'bearer', expiresAt: Date.now() + 3_600_000 }),
  },
})
const transport = nodeHttpTransport()
const { admin } = createAdminClient({ endpoint, tokenSource, transport, limits: { concurrency: 64 } })
const openapi = createOpenapiClient({ baseUrl: endpoint, headers })
const kyClient = ky.create({ headers })
const agent = new Agent({ keepAlive: true })

/** What a script of one's own would do. @param {string} target @returns {Promise<unknown>} */
const bareNodeHttp = (target) =>
  new Promise((resolve, reject) => {
    get(target, { agent, headers }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())))
      response.on('error', reject)
    }).on('error', reject)
  })

/** @type {Record<string, (limit: number) => Promise<unknown>>} */
const clients = {
  'global fetch': async (limit) => (await fetch(`${url}?limit=${limit}`, { headers })).json(),
  'flyte-js admin, the whole chain': (limit) => admin.listProjects({ limit }),
  'flyte-js admin, one AbortSignal for all': (limit) => admin.listProjects({ limit }, { signal }),
  'node:http with a keep-alive agent': (limit) => bareNodeHttp(`${url}?limit=${limit}`),
  'undici request': async (limit) => (await request(`${url}?limit=${limit}`, { headers })).body.json(),
  'openapi-fetch': (limit) => openapi.GET('/api/v1/projects', { params: { query: { limit } } }),
  ky: (limit) => kyClient.get(url, { searchParams: { limit } }).json(),
  '@octokit/request': (limit) => octokit('GET /api/v1/projects', { baseUrl: endpoint, headers, limit }),
}

let calls = 0

/** @param {(limit: number) => Promise<unknown>} call @param {number} total @param {number} concurrency */
async function run(call, total, concurrency) {
  let left = total
  const worker = async () => {
    while (left-- > 0) await call(++calls)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

/** @param {number} concurrency @param {number} total */
async function compare(concurrency, total) {
  const cpu = Object.fromEntries(Object.keys(clients).map((name) => [name, /** @type {number[]} */ ([])]))
  const rate = (name, call) => async () => {
    // Takes what the candidate before has left behind.
    await run(call, total / 10, concurrency)
    const start = performance.now()
    const cpuBefore = process.cpuUsage()
    await run(call, total, concurrency)
    const { user, system } = process.cpuUsage(cpuBefore)
    cpu[name].push((user + system) / total)
    return (total / (performance.now() - start)) * 1000
  }
  const candidates = Object.entries(clients).map(([name, call]) => [name, rate(name, call)])
  const figures = await interleave(Object.fromEntries(candidates), 9)
  const goals =
    concurrency === 1
      ? {}
      : {
          'flyte-js admin, the whole chain': 'at least 2.3, goal 2.8',
          'flyte-js admin, one AbortSignal for all': 'at least 2.0',
        }
  report(`Calls a second, ${concurrency} at a time (more is better)`, figures, 'global fetch', '/s', goals)
  report('The same, time of the processor in the client (less is better)', cpu, 'global fetch', 'us a call')
}

await compare(1, 600)
await compare(32, 2_000)
const { requests } = await server.seen()
if (requests !== calls) throw new Error(`${calls} calls were ${requests} requests: something else was measured`)

console.log('\nWarnings of a leak, 64 calls at a time on one AbortSignal')
for (const name of ['global fetch', 'flyte-js admin']) {
  const controller = new AbortController()
  let warnings = 0
  const count = () => {
    warnings += 1
  }
  process.on('warning', count)
  const options = { signal: controller.signal }
  const call =
    name === 'global fetch'
      ? async (limit) => (await fetch(`${url}?limit=${limit}`, { headers, ...options })).json()
      : (limit) => admin.listProjects({ limit }, options)
  await run(call, 640, 64)
  await new Promise((next) => setImmediate(next))
  process.off('warning', count)
  console.log(`  ${String(warnings).padStart(6)}  ${name}${name === 'flyte-js admin' ? '  (none)' : ''}`)
}

transport.close?.()
agent.destroy()
server.stop()
