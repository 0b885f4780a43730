import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TokenSet } from '@flyte-js/core'
import { afterEach, expect, test } from 'vitest'
import { get, send } from '../../test/loopback.js'
import { answerCallbacks } from './callback-requests.js'
import type { LoginAnswer } from './login-answer.js'

const server = createServer()
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

/**
 * Listens for a login whose answer is what a test says.
 *
 * @param named - the port by which it goes, where that is another than the one it listens at
 */
async function listen(path: string, answer: Partial<LoginAnswer>, named?: { port: number }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const known = named ?? { port }
  const redirectUri = `http://localhost:${known.port}${path}`
  const outcome = new Promise<TokenSet>(() => {})
  const whole = { outcome, take: async () => undefined, isTaken: () => true, ...answer }
  const { listener } = answerCallbacks({ redirectUri, ...known, answer: whole, place: 'here', onRefused() {} })
  server.removeAllListeners('request').on('request', (request, response) => {
    response.shouldKeepAlive = false
    listener(request, response)
  })
  return port
}

test.each([
  ['/callback', '/callback/done'],
  ['/callback/', '/callback/done'],
  ['/', '/done'],
  ['', '/done'],
  ['/a/b?c=d', '/a/b/done'],
])('from %j the browser is sent on to %s', async (path, done) => {
  const port = await listen(path, {})
  const { pathname } = new URL(path, 'http://localhost')
  const answer = await send(port, get(`${pathname}?code=x&state=y`, `localhost:${port}`))
  expect(answer).toMatch(/^HTTP\/1\.1 303 /)
  expect(answer).toMatch(new RegExp(`^location: ${done}\r$`, 'm'))
})

test("at http's own port browsers name none, and elsewhere they do", async () => {
  const port = await listen('/callback', {}, { port: 80 })
  for (const name of ['localhost', '127.0.0.1', '[::1]', 'localhost:80'])
    expect(await send(port, get('/callback?code=x&state=y', name))).toMatch(/^HTTP\/1\.1 303 /)
  for (const name of ['localhost:81', 'evil.example.com', 'evil.example.com:80'])
    expect(await send(port, get('/callback?code=x&state=y', name))).toMatch(/^HTTP\/1\.1 421 /)
})

test('an error that is none of ours is for the program alone', async () => {
  const outcome = Promise.reject(new Error('canary'))
  outcome.catch(() => {})
  const port = await listen('/callback', { outcome })
  const page = await send(port, get('/callback/done', `localhost:${port}`))
  expect(page).toContain('The login failed')
  expect(page).not.toContain('canary')
})
