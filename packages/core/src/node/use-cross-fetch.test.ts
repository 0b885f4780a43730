import { expect, test } from 'vitest'
import { runModule } from '../../test/process.js'
import { startServer } from '../../test/server.js'

test("a process that has put cross-fetch's classes in place reads answers without loading Node's own fetch", async () => {
  const server = await startServer((_, response) => response.writeHead(400, { 'x-a': '1' }).end('{"error":"x"}'))
  const source = `
    import { createNodeFetch, useCrossFetch } from '@flyte-js/core/node'
    useCrossFetch(globalThis)
    const response = await createNodeFetch()(process.argv[1], { headers: new Headers({ 'X-B': '2' }) })
    const loaded = process.moduleLoadList.filter((each) => /undici/.test(each)).length
    console.log(JSON.stringify([response instanceof Response, response.headers instanceof Headers, await response.json(), loaded]))`
  const { stdout, stderr } = await runModule(source, { input: [server.origin] })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual([true, true, { error: 'x' }, 0])
  expect(server.received).toMatchObject([{ headers: { 'x-b': '2' } }])
})

test('importing it puts nothing in place', async () => {
  const source = `
    const own = [Headers, Response]
    await import('@flyte-js/core/node')
    console.log(own[0] === Headers, own[1] === Response)`
  expect((await runModule(source)).stdout).toBe('true true\n')
})
