// What Flyte Admin sees of 10,000 calls for 100 tasks, 200 at a time, with the client's own defaults.
import { createAdminClient } from '@flyte-js/admin'
import { nodeHttpTransport } from '@flyte-js/core/node'
import { startServer } from './start-server.mjs'

const server = await startServer(['--bare'])
const transport = nodeHttpTransport()
const { admin } = createAdminClient({ endpoint: server.endpoint, transport })
const calls = 10_000

let left = calls
const start = performance.now()
const worker = async () => {
  while (left > 0) {
    left -= 1
    const version = `v${left % 100}`
    const id = { resource_type: 'TASK', project: 'flytesnacks', domain: 'production', name: 'task', version }
    const task = await admin.getTask({ id })
    if (task.id?.version !== version) throw new Error(`${version} was asked for, ${task.id?.version} came`)
  }
}
await Promise.all(Array.from({ length: 200 }, worker))
const duration = performance.now() - start
const { requests, most } = await server.seen()

console.log(`\n${calls.toLocaleString('en')} calls of getTask for 100 tasks, 200 at a time, as the server saw them`)
console.log(`  ${String(requests).padStart(6)}  requests  (at most 100)`)
console.log(`  ${String(most).padStart(6)}  at most at a time  (at most 16)`)
console.log(`  ${((calls / duration) * 1000).toFixed(0).padStart(6)}  calls a second`)

transport.close?.()
server.stop()
