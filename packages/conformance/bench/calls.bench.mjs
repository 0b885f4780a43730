// Calls a second through the whole client, against global fetch and undici, on loopback; and the warm path of a token.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createAdminClient } from '@flyte-js/admin'
import { createTokenManager } from '@flyte-js/auth'
import { nodeHttpTransport } from '@flyte-js/core/node'
import { request } from 'undici'
import { interleave, report } from './measure.mjs'

const server = fork(fileURLToPath(new URL('server.mjs', import.meta.url)), ['--bare'])
const [endpoint] = await once(server, 'message')

const manager = createTokenManager({
  grant: {
    type: 'fixed',
    acquire: async () => ({ accessToken: 't'.repeat(800), tokenType: 'bearer', expiresAt: Date.now() + 3_600_000 }),
  },
})
const transport = nodeHttpTransport()
const { admin } = createAdminClient({ endpoint, tokenSource: manager, transport })
const url = `${endpoint}/api/v1/projects`
const headers = { accept: 'application/json', authorization: `Bearer ${'t'.repeat(800)}` }

/** @param {() => Promise<unknown>} call @param {number} concurrency @returns {() => Promise<number>} calls a second */
const rate = (call, concurrency) => async () => {
  const total = 3_000
  let left = total
  const worker = async () => {
    while (left-- > 0) await call()
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: concurrency }, worker))
  return (total / (performance.now() - start)) * 1000
}

for (const concurrency of [1, 32]) {
  const medians = await interleave(
    {
      'global fetch': rate(async () => (await fetch(url, { headers })).json(), concurrency),
      'flyte-js admin, token and all': rate(() => admin.listProjects(), concurrency),
      'undici request': rate(async () => (await request(url, { headers })).body.json(), concurrency),
    },
    7,
  )
  report(`Calls a second, ${concurrency} at a time (more is better)`, medians, 'global fetch', '/s')
}

await manager.getToken()
const warm = await interleave(
  {
    'an async function that returns an object': async () => {
      const empty = async () => manager
      const start = performance.now()
      for (let index = 0; index < 200_000; index += 1) await empty()
      return ((performance.now() - start) / 200_000) * 1000
    },
    'getToken(), a valid token in memory': async () => {
      const start = performance.now()
      for (let index = 0; index < 200_000; index += 1) await manager.getToken()
      return ((performance.now() - start) / 200_000) * 1000
    },
  },
  5,
)
report('A warm token, microseconds a call', warm, 'an async function that returns an object', 'us')

transport.close?.()
server.disconnect()
