import { expect, test, vi } from 'vitest'
import { runModule } from '../../test/process.js'
import { startServer } from '../../test/server.js'
import { platformFetch } from './default.js'

test('the fetch of the platform is looked up at each call', async () => {
  const stub = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('stubbed'))
  try {
    expect(await (await platformFetch('http://h/', { method: 'PUT' })).text()).toBe('stubbed')
    expect(stub.mock.calls).toEqual([['http://h/', { method: 'PUT' }]])
  } finally {
    stub.mockRestore()
  }
})

test('where a platform has no fetch, cross-fetch stands in for it, for createFetch and fetchTransport', async () => {
  const server = await startServer((request, response) => {
    if (request.url === '/empty') response.writeHead(204).end()
    else response.writeHead(201, { 'x-a': '1' }).end('ü')
  })
  const source = `
    import { createFetch, fetchTransport } from '@flyte-js/core'
    const [origin] = process.argv.slice(1)
    const response = await createFetch()(origin, { method: 'POST', body: 'x' })
    const empty = await createFetch()(origin + '/empty')
    const answer = await fetchTransport().request({ method: 'GET', url: origin, headers: {} })
    console.log(JSON.stringify([
      typeof fetch, response.status, response.headers.get('x-a'), await response.text(),
      empty.status, await empty.text(), answer.status, answer.header('x-a'), answer.body,
    ]))`
  const { stdout, stderr } = await runModule(source, { flags: ['--no-experimental-fetch'], input: [server.origin] })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual(['undefined', 201, '1', 'ü', 204, '', 201, '1', 'ü'])
  expect(server.received.map((each) => each.method)).toEqual(['POST', 'GET', 'GET'])
})

test('where it has one, cross-fetch is not loaded', async () => {
  const server = await startServer((_, response) => response.end('ok'))
  const source = `
    import { createRequire } from 'node:module'
    import { createFetch } from '@flyte-js/core'
    const response = await createFetch()(process.argv[1])
    console.log(await response.text(), Object.keys(createRequire(import.meta.url).cache).length)`
  const { stdout } = await runModule(source, { input: [server.origin] })
  // cross-fetch is CommonJS, so it would stand in the cache.
  expect(stdout).toBe('ok 0\n')
})
