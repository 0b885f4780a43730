// The most memory that a process held (its peak resident set) while it read a long list and kept nothing, against a short one.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createAdminClient } from '@flyte-js/admin'
import { nodeHttpTransport } from '@flyte-js/core/node'
import { interleave, report } from './measure.mjs'
import { startServer } from './start-server.mjs'

const limit = 1_000
const request = { id: { project: 'flytesnacks', domain: 'production' }, limit }

/** @param {string} endpoint */
async function readWithFetch(endpoint) {
  let count = 0
  let token = ''
  do {
    const response = await fetch(`${endpoint}/api/v1/executions/flytesnacks/production?limit=${limit}&token=${token}`)
    const page = await response.json()
    for (const _ of page.executions) count += 1
    token = page.token
  } while (token !== '')
  return count
}

/** @param {string} endpoint */
async function readWithClient(endpoint) {
  const transport = nodeHttpTransport()
  const { admin } = createAdminClient({ endpoint, transport })
  let count = 0
  for await (const _ of admin.listExecutions.paginate(request)) count += 1
  transport.close?.()
  return count
}

/** Reads a list in a process of its own. @param {string} how @param {string} endpoint */
const peak = (how, endpoint) => async () => {
  const child = fork(fileURLToPath(import.meta.url), [how, endpoint])
  const [kibibytes] = await once(child, 'message')
  return kibibytes / 1024
}

if (process.argv[2] !== undefined) {
  const [, , how, endpoint] = process.argv
  const count = await (how === 'fetch' ? readWithFetch : readWithClient)(endpoint)
  if (count % limit !== 0) throw new Error(`${count} executions came`)
  process.send?.(process.resourceUsage().maxRSS)
  process.disconnect()
} else {
  const few = await startServer(['--bare', `--executions=${10 * limit}`])
  const many = await startServer(['--bare', '--executions=100000'])
  const figures = await interleave(
    {
      'flyte-js paginate, 10 pages': peak('flyte-js', few.endpoint),
      'flyte-js paginate, 100 pages': peak('flyte-js', many.endpoint),
      'fetch, res.json(), 10 pages': peak('fetch', few.endpoint),
      'fetch, res.json(), 100 pages': peak('fetch', many.endpoint),
    },
    5,
  )
  report(
    `Peak resident memory, pages of ${limit.toLocaleString('en')} executions`,
    figures,
    'flyte-js paginate, 10 pages',
    'MB',
    { 'flyte-js paginate, 100 pages': 'at most 1.3' },
  )
  few.stop()
  many.stop()
}
