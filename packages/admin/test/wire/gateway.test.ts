// The list of expected requests against a gateway, the embedded Flyte Admin's or a real one's: it must understand every row. Without
// a token it goes as far as asking who calls, which is behind path, query and body, and before anything is done.
import { nodeHttpTransport } from '@flyte-js/core/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTarget, type Target } from '../target.js'
import { callRpc } from './call-rpc.js'
import { expectedRequests } from './expected-requests.js'

const transport = nodeHttpTransport()
let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(async () => {
  transport.close?.()
  await target[Symbol.asyncDispose]()
})

describe.each(expectedRequests)('$rpc: $sends', ({ rpc, request }) => {
  it('is understood', async () => {
    const error = await callRpc(target.url, rpc, request, { transport }).catch((error: unknown) => error)
    if (rpc.startsWith('authMetadata.')) expect(error).not.toBeInstanceOf(Error)
    else expect(error).toMatchObject({ status: 401, grpcStatus: 'UNAUTHENTICATED' })
  })
})

describe('what is not understood', () => {
  it.each([
    ['admin.updateLaunchPlan', { state: 'ACTVE' }],
    ['admin.createTask', { nonsense: 1 }],
    ['admin.listTasks', { limit: -1 }],
    ['admin.listNamedEntities', { resource_type: 'workflow' }],
  ])('in %s is refused before that: %j', async (rpc, changes) => {
    const row = expectedRequests.find((each) => each.rpc === rpc)
    const answer = callRpc(target.url, rpc, { ...row?.request, ...changes }, { transport })
    await expect(answer).rejects.toMatchObject({ status: 400, grpcStatus: 'INVALID_ARGUMENT' })
  })
})
