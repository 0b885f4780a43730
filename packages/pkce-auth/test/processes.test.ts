// Logins in processes of their own: what is left behind, who gets which port, and Ctrl-C.
import { followRedirects } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { beginLogin } from './begin-login.js'
import { type EmbeddedTarget, startEmbedded } from './login-target.js'
import { expectFree, freePort } from './loopback.js'
import { type LoginProcess, startLogin } from './start-login.js'

let target: EmbeddedTarget
const second = `http://localhost:${await freePort()}/callback`
beforeAll(async () => {
  target = await startEmbedded('external', [`http://localhost:${await freePort()}/callback`, second])
})
afterAll(() => target[Symbol.asyncDispose]())

const processes: LoginProcess[] = []
afterEach(() => {
  for (const { process } of processes.splice(0)) process.kill('SIGKILL')
})
function start(options: Readonly<Record<string, unknown>> = {}, more?: Parameters<typeof startLogin>[1]): LoginProcess {
  const started = startLogin({ endpoint: target.endpoint, ...options }, more)
  processes.push(started)
  return started
}

test('a hundred logins in a row leave no handle, no listener, no port and no growing memory', {
  timeout: 120_000,
}, async () => {
  const { until, ended } = start({ times: 100, follows: true }, { flags: ['--expose-gc'] })
  const { resources, heaps, hasOurListeners } = await until('done')
  expect(resources).toEqual([])
  expect(hasOurListeners).toBe(false)
  // Nothing keeps the process either.
  expect(await ended).toBe(0)
  await expectFree(target.port)
  // The engine learns during the first fifty. The next leave less than a listener, a page or a handler each would.
  expect(heaps).toHaveLength(100)
  const median = (from: number) => heaps.slice(from, from + 5).sort((a, b) => a - b)[2] ?? 0
  expect(median(95) - median(45)).toBeLessThan(50 * 8_000)
})

describe('two processes', () => {
  test('that log in at the same time get a port each, and each its own answer', async () => {
    const logins = [start({ fallbackRedirectUris: [second] }), start({ fallbackRedirectUris: [second] })]
    const urls = await Promise.all(logins.map(({ until }) => until('url')))
    const uris = urls.map((url) => new URL(url).searchParams.get('redirect_uri') ?? '')
    expect([...uris].sort()).toEqual([target.redirectUri, second].sort())
    const [callback, other] = (await Promise.all(
      urls.map((url, at) => followRedirects(url, { until: uris[at] as string })),
    )) as [URL, URL]
    // The answer to one, brought to the other.
    const astray = new URL(callback.search, other)
    expect((await fetch(astray)).status).toBe(400)
    await Promise.all([callback, other].map((url) => fetch(url)))
    const tokens = await Promise.all(logins.map(({ until }) => until('accessToken')))
    expect(new Set(tokens).size).toBe(2)
    expect(await Promise.all(logins.map(({ ended }) => ended))).toEqual([0, 0])
  })

  test('of which one has the only port: the other is told who has it', async () => {
    const first = start()
    const url = await first.until('url')
    const { tokens } = beginLogin({ endpoint: target.endpoint })
    await expect(tokens).rejects.toMatchObject({
      code: 'FLYTE_AUTH_PORT_TAKEN',
      message: expect.stringMatching(
        new RegExp(`port ${target.port} \\(by \\S.* \\(process ${first.process.pid}\\)\\)`),
      ),
    })
    await followRedirects(url)
    expect(await first.until('accessToken')).toEqual(expect.any(String))
  })

  test('of which one dies: the other has the port at once', async () => {
    const first = start()
    await first.until('url')
    first.process.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    const { url, tokens } = beginLogin({ endpoint: target.endpoint })
    await followRedirects(await url)
    await tokens
  })
})

test('two workers of a cluster do not share the port, and with it the answer', async () => {
  const { until, ended } = start({}, { name: 'cluster-process.mjs' })
  const url = until('url')
  expect(await until('message')).toContain(`port ${target.port}`)
  await followRedirects(await url)
  expect(await until('accessToken')).toEqual(expect.any(String))
  expect(await ended).toBe(0)
})

describe('Ctrl-C', () => {
  test('ends a process that does not listen to it, as it would have without a login', async () => {
    const { process, until, ended } = start()
    await until('url')
    process.kill('SIGINT')
    expect(await ended).toBe('SIGINT')
    await expectFree(target.port)
  })

  // Who listens once is gone from the listeners when it was called.
  test.each(['on', 'once'])('ends the login of one that does (by %s), which goes on', async (hearsInterrupt) => {
    const { process, until, ended } = start({ hearsInterrupt })
    await until('url')
    process.kill('SIGINT')
    expect(await until('interrupted')).toBe(true)
    expect(await until('name')).toBe('AbortError')
    // Of those before, the one that listens once is missing.
    const hasOurListeners = hearsInterrupt === 'once'
    expect(await until('done')).toEqual({ resources: [], heaps: [], hasOurListeners })
    expect(await ended).toBe(0)
    await expectFree(target.port)
  })
})
