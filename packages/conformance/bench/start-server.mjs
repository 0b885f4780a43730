import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * Starts server.mjs in a process of its own.
 *
 * @param {readonly string[]} args what server.mjs takes
 * @returns {Promise<{ endpoint: string, seen: () => Promise<{ requests: number, most: number }>, stop: () => void }>}
 */
export async function startServer(args) {
  const server = fork(fileURLToPath(new URL('server.mjs', import.meta.url)), args)
  const [endpoint] = await once(server, 'message')
  return {
    endpoint,
    async seen() {
      server.send('seen')
      return (await once(server, 'message'))[0]
    },
    stop: () => server.disconnect(),
  }
}
