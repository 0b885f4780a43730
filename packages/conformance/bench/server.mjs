// The server of the benchmarks, a process of its own: an embedded Flyte Admin, or, with --bare, a server that gives fixed
// messages as fast as node:http can, so that the client is what is measured.
import { createServer } from 'node:http'
import { startFlyteAdmin } from '@flyte-js/testing'
import { executionPage, projectPage, taskMessage } from './messages.mjs'

/** How many executions there are. Lists longer than a page are that page again. */
const total = Number(process.argv.find((each) => each.startsWith('--executions='))?.slice('--executions='.length) ?? 0)
/** Milliseconds that a task takes, as from a database, so that calls meet. */
const taskDelay = 5

/** How many requests came, and how many were there at most at a time. */
const seen = { requests: 0, now: 0, most: 0 }

if (process.argv.includes('--bare')) {
  const projects = Buffer.from(JSON.stringify(projectPage()))
  // Cut open where the token is, so that no page has to be written anew.
  const pages = new Map()
  const pageOf = (size) =>
    pages.get(size) ?? pages.set(size, JSON.stringify(executionPage(size)).slice(0, -2)).get(size)

  const send = (response, body) => {
    seen.now -= 1
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  }
  const server = createServer((request, response) => {
    request.resume()
    seen.requests += 1
    seen.now += 1
    seen.most = Math.max(seen.most, seen.now)
    const [path, query] = request.url.split('?')
    if (path === '/api/v1/projects') return send(response, projects)
    if (path.startsWith('/api/v1/executions/')) {
      const parameters = new URLSearchParams(query)
      const limit = Number(parameters.get('limit'))
      const next = Number(parameters.get('token')) + limit
      return send(response, Buffer.from(`${pageOf(limit)}${next < total ? next : ''}"}`))
    }
    const [name, version] = path.split('/').slice(-2)
    const task = Buffer.from(JSON.stringify(taskMessage({ name, version })))
    setTimeout(() => send(response, task), taskDelay)
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${/** @type {any} */ (server.address()).port}`))
} else {
  const admin = await startFlyteAdmin({ auth: 'self' })
  process.send?.(admin.url)
}
process.on('message', () => process.send?.(seen))
process.once('disconnect', () => process.exit())
