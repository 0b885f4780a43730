// A connection that is kept for the next request, and that the server cuts when it comes: usual behind proxies, and no outage.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { samples } from './calls.js'
import { failureOf } from './failure-of.js'
import { createFetchTransport, createNodeTransport, createTestClient, type Stage, startStage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

describe.each([
  ['nodeHttpTransport', createNodeTransport],
  ['fetchTransport', createFetchTransport],
])('%s', (name, createTransport) => {
  for (const sample of samples)
    test(sample.name, async () => {
      const { transport, close } = createTransport({})
      const { client, events } = createTestClient({ endpoint: stage.server.url, transport })
      await client.admin.listProjects({})
      stage.server.clearRequests()
      stage.server.fault(() => true, { kind: 'reset' }, 1)
      const call = sample.call(client)
      const isCreate = sample.class === 'create'
      // The server may have carried it out.
      if (isCreate) expect(await failureOf(call)).toMatchObject({ code: 'FLYTE_ADMIN_UNREACHABLE', tries: 1 })
      else await call
      expect(stage.server.requests).toHaveLength(isCreate ? 1 : 2)
      // node:http tells such a connection from an outage: what may be sent twice is, without a wait, and without a retry's being spent.
      const isResent = name === 'nodeHttpTransport' && sample.class !== 'named'
      const retries = events.filter(({ type }) => type === 'admin.retry')
      expect(retries).toHaveLength(isCreate || isResent ? 0 : 1)
      close()
    })
})
