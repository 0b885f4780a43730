import { afterEach, expect, test } from 'vitest'
import { type LoopbackServer, listenOnLoopback } from './loopback-server.js'
import { createUserAgent, followRedirects } from './user-agent.js'

const servers: LoopbackServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

/** A server that goes from path to path, setting and asking for a cookie on the way. */
async function start(pages: Record<string, [status: number, location?: string | undefined, cookie?: string]>) {
  const asked: string[] = []
  const server = await listenOnLoopback((incoming, outgoing) => {
    asked.push(`${incoming.url} ${incoming.headers.cookie ?? ''}`.trim())
    const [status, location, cookie] = pages[incoming.url ?? ''] ?? [404]
    outgoing.writeHead(status, { ...(location && { location }), ...(cookie && { 'set-cookie': cookie }) })
    outgoing.end('page')
  })
  servers.push(server)
  return { url: `http://localhost:${server.port}`, asked }
}

test('it follows redirects with cookies and stops at the redirect URI without asking for it', async () => {
  const { url, asked } = await start({ '/a': [307, '/b', 'c=1'], '/b': [303, 'http://localhost:9/callback?code=x'] })
  const callback = await followRedirects(`${url}/a`, { until: 'http://localhost:9/callback' })
  expect(callback.href).toBe('http://localhost:9/callback?code=x')
  expect(asked).toEqual(['/a', '/b c=1'])
})

test('without a place to stop it goes on to the last page, which must be a success', async () => {
  const { url, asked } = await start({ '/a': [302, '/b'], '/b': [200], '/c': [302, '/d'], '/d': [500] })
  expect((await followRedirects(`${url}/a`)).href).toBe(`${url}/b`)
  expect(asked).toEqual(['/a', '/b'])
  await expect(followRedirects(`${url}/c`)).rejects.toThrow(`The login stopped at ${url}/d with 500: page`)
})

test('a page on the way is the end where a redirect was expected, and the query stays out of the error', async () => {
  const { url } = await start({ '/a?secret=s': [200] })
  const until = 'http://localhost:9/callback'
  const error = await followRedirects(`${url}/a?secret=s`, { until }).catch((reason: Error) => reason)
  expect(String(error)).toContain(`The login stopped at ${url}/a with 200`)
  expect(String(error)).not.toContain('secret')
})

test('a circle ends', async () => {
  const { url } = await start({ '/a': [302, '/a'] })
  await expect(followRedirects(`${url}/a`)).rejects.toThrow('more than 20 redirects')
})

test('a user agent keeps its cookies for the next time, and uses the fetch it was given', async () => {
  const { url, asked } = await start({ '/a': [200, undefined, 'c=1'], '/b': [200] })
  const seen: string[] = []
  const agent = createUserAgent({
    fetch: (target, init) => {
      seen.push(target)
      return fetch(target, init)
    },
  })
  await agent.followRedirects(`${url}/a`)
  await agent.request(`${url}/b`, { headers: { 'x-own': '1' } })
  expect(asked).toEqual(['/a', '/b c=1'])
  expect(seen).toEqual([`${url}/a`, `${url}/b`])
})
