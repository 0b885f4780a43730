// The server of the benchmarks, a process of its own: an embedded Flyte Admin, or, with --bare, a server that gives one fixed
// page of projects as fast as node:http can, so that the client is what is measured.
import { createServer } from 'node:http'
import { startFlyteAdmin } from '@flyte-js/testing'

if (process.argv.includes('--bare')) {
  const domains = ['development', 'staging', 'production'].map((id) => ({ id, name: id }))
  const project = (index) => ({
    id: `p${index}`,
    name: `project ${index}`,
    domains,
    description: '',
    labels: null,
    state: 'ACTIVE',
    org: '',
  })
  const body = Buffer.from(
    JSON.stringify({ projects: Array.from({ length: 10 }, (_, index) => project(index)), token: '' }),
  )
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, headers)
    response.end(body)
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${/** @type {any} */ (server.address()).port}`))
} else {
  const admin = await startFlyteAdmin({ auth: 'self' })
  process.send?.(admin.url)
}
process.once('disconnect', () => process.exit())
