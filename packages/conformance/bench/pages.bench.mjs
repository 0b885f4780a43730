// 50 pages of 1,000 executions, one after the other, against fetch with res.json(), on loopback.
import { Agent, get } from 'node:http'
import { createAdminClient } from '@flyte-js/admin'
import { nodeHttpTransport } from '@flyte-js/core/node'
import createOpenapiClient from 'openapi-fetch'
import { interleave, report } from './measure.mjs'
import { startServer } from './start-server.mjs'

const pages = 50
const limit = 1_000
const server = await startServer(['--bare', `--executions=${pages * limit}`])
const { endpoint } = server
const headers = { accept: 'application/json' }
const path = '/api/v1/executions/flytesnacks/production'
const transport = nodeHttpTransport()
const { admin } = createAdminClient({ endpoint, transport, limits: { concurrency: 64 } })
const openapi = createOpenapiClient({ baseUrl: endpoint, headers })
const agent = new Agent({ keepAlive: true })
const request = { id: { project: 'flytesnacks', domain: 'production' }, limit }

/** Reads page after page as one writes it by hand. @param {(token: string) => Promise<any>} fetchPage */
const byHand = (fetchPage) =>
  async function* () {
    let token = ''
    do {
      const page = await fetchPage(token)
      yield* page.executions
      token = page.token
    } while (token !== '')
  }

/** The same in a plain loop, which has no item on its own. @param {(token: string) => Promise<any>} fetchPage */
const inALoop = (fetchPage) => async (visit) => {
  let token = ''
  do {
    const page = await fetchPage(token)
    for (const execution of page.executions) visit(execution)
    token = page.token
  } while (token !== '')
}

/** @param {() => AsyncIterable<any>} iterate */
const forAwait = (iterate) => async (visit) => {
  for await (const execution of iterate()) visit(execution)
}

const fetchPage = async (token) => (await fetch(`${endpoint}${path}?limit=${limit}&token=${token}`, { headers })).json()
const getPage = (token) =>
  new Promise((resolve, reject) => {
    get(`${endpoint}${path}?limit=${limit}&token=${token}`, { agent, headers }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())))
      response.on('error', reject)
    }).on('error', reject)
  })

/** @type {Record<string, (visit: (execution: any) => void) => Promise<void>>} */
const readers = {
  'fetch, res.json(), a loop': inALoop(fetchPage),
  'fetch, res.json(), an async generator': forAwait(byHand(fetchPage)),
  'flyte-js listExecutions.paginate': forAwait(() => admin.listExecutions.paginate(request)),
  'flyte-js listExecutions.pages': async (visit) => {
    for await (const { executions } of admin.listExecutions.pages(request)) executions.forEach(visit)
  },
  'node:http, JSON.parse, a loop': inALoop(getPage),
  'openapi-fetch, a loop': inALoop(
    async (token) => (await openapi.GET(path, { params: { query: { limit, token } } })).data,
  ),
}

/** @param {(visit: (execution: any) => void) => Promise<void>} read */
const timed = (read) => async () => {
  let failed = 0
  let seen = 0
  const start = performance.now()
  await read((execution) => {
    seen += 1
    if (execution.closure.phase === 'FAILED') failed += 1
  })
  const duration = performance.now() - start
  if (seen !== pages * limit || failed !== seen / 10) throw new Error(`${seen} executions came, ${failed} failed`)
  return duration
}

const candidates = Object.fromEntries(Object.entries(readers).map(([name, read]) => [name, timed(read)]))
const figures = await interleave(candidates, 9)
report(`${pages} pages of ${limit.toLocaleString('en')} executions`, figures, 'fetch, res.json(), a loop', 'ms', {
  'flyte-js listExecutions.paginate': 'at most 1.0',
})

transport.close?.()
agent.destroy()
server.stop()
