// Every RPC there and back, against the embedded Flyte Admin or a real one (see target.ts). Each answer is held against its type.
import { nodeHttpTransport } from '@flyte-js/core/node'
import { adminRoutes, authMetadataRoutes, dataProxyRoutes, identityRoutes, signalRoutes } from '@flyte-js/idl'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GrpcStatus } from '../../src/admin-error.js'
import { createAdminClient } from '../../src/create-admin-client.js'
import { startTarget, type Target } from '../target.js'
import { attributes } from './attributes.js'
import { checkedClient, type RpcName } from './checked-client.js'
import { events } from './events.js'
import { executions } from './executions.js'
import { namedEntities } from './named-entities.js'
import { nodeExecutions } from './node-executions.js'
import { otherServices } from './other-services.js'
import { projects } from './projects.js'
import { refusals } from './refusals.js'
import { registrations } from './registrations.js'
import { createWorld, type RoundTrips, type World } from './world.js'

const roundTrips: RoundTrips<RpcName> = {
  ...projects,
  ...registrations,
  ...namedEntities,
  ...executions,
  ...events,
  ...nodeExecutions,
  ...attributes,
  ...otherServices,
}

const refused = refusals[process.env.FLYTE_TEST_ENDPOINT === undefined ? 'embedded' : 'real']
const transport = nodeHttpTransport()
const ends: [rpc: RpcName, grpcStatus: GrpcStatus | undefined][] = []
let target: Target
let world: World
beforeAll(async () => {
  // Executions stay as they are, as where nobody runs them.
  target = await startTarget({ executionTimes: 'never' })
  const { accessToken } = await target.tokenSource.getToken()
  const tokenSource = { getToken: async () => ({ accessToken, tokenType: 'bearer' }) }
  const client = createAdminClient({ endpoint: target.url, tokenSource, transport })
  world = await createWorld(
    checkedClient(client, (...end) => ends.push(end)),
    { takesEvents: refused['admin.createNodeEvent'] === undefined },
  )
}, 60_000)
afterAll(async () => {
  const project = world?.parent.project
  if (project !== undefined) await world.admin.updateProject({ id: project, name: project, state: 'ARCHIVED' })
  transport.close?.()
  await target[Symbol.asyncDispose]()
})

describe('a round trip', () => {
  it('is there for every RPC, and for no other', () => {
    const services = {
      admin: adminRoutes,
      signal: signalRoutes,
      dataProxy: dataProxyRoutes,
      identity: identityRoutes,
      authMetadata: authMetadataRoutes,
    }
    const rpcs = Object.entries(services).flatMap(([service, routes]) =>
      Object.keys(routes).map((rpc) => `${service}.${rpc}`),
    )
    expect(Object.keys(roundTrips).sort()).toEqual(rpcs.sort())
    expect(rpcs).toHaveLength(65)
  })

  it.each(Object.entries(roundTrips) as [RpcName, RoundTrips<RpcName>[RpcName]][])('of %s', async (rpc, roundTrip) => {
    ends.length = 0
    const grpcStatus = refused[rpc]
    if (grpcStatus === undefined) {
      await roundTrip(world)
      expect(ends.map(([called]) => called)).toContain(rpc)
    } else {
      await expect(roundTrip(world)).rejects.toThrow()
      expect(ends.map(([, status]) => status)).toContain(grpcStatus)
    }
  })
})

describe('a list without an order of its own', () => {
  const lists: Record<string, (world: World) => AsyncIterable<unknown>> = {
    listTaskIds: ({ admin, parent }) => admin.listTaskIds.paginate(parent),
    listTasks: ({ admin, parent }) => admin.listTasks.paginate({ id: parent }),
    listWorkflowIds: ({ admin, parent }) => admin.listWorkflowIds.paginate(parent),
    listWorkflows: ({ admin, parent }) => admin.listWorkflows.paginate({ id: parent }),
    listLaunchPlanIds: ({ admin, parent }) => admin.listLaunchPlanIds.paginate(parent),
    listLaunchPlans: ({ admin, parent }) => admin.listLaunchPlans.paginate({ id: parent }),
    listActiveLaunchPlans: ({ admin, parent }) => admin.listActiveLaunchPlans.paginate(parent),
    listExecutions: ({ admin, parent }) => admin.listExecutions.paginate({ id: parent }),
    listNodeExecutions: ({ admin, execution }) =>
      admin.listNodeExecutions.paginate({ workflow_execution_id: execution }),
    listNodeExecutionsForTask: ({ admin, taskExecution }) =>
      admin.listNodeExecutionsForTask.paginate({ task_execution_id: taskExecution }),
    listTaskExecutions: ({ admin, node }) => admin.listTaskExecutions.paginate({ node_execution_id: node }),
    listProjects: ({ admin }) => admin.listProjects.paginate(),
    listNamedEntities: ({ admin, parent }) => admin.listNamedEntities.paginate({ resource_type: 'TASK', ...parent }),
    listDescriptionEntities: ({ admin, named }) =>
      admin.listDescriptionEntities.paginate({ resource_type: 'TASK', id: named }),
    listSignals: ({ signal, execution }) => signal.listSignals.paginate({ workflow_execution_id: execution }),
  }

  it('is of every RPC that has pages', () => {
    const paginated = [adminRoutes, signalRoutes, dataProxyRoutes, identityRoutes, authMetadataRoutes].flatMap(
      (routes) => Object.entries(routes).flatMap(([rpc, [items]]) => (items === '' ? [] : [rpc])),
    )
    expect(Object.keys(lists).sort()).toEqual(paginated.sort())
  })

  it.each(Object.entries(lists))('has one that Flyte Admin knows: %s', async (rpc, list) => {
    let count = 0
    for await (const _ of list(world)) count += 1
    expect(count).toBeGreaterThanOrEqual(rpc === 'listSignals' ? 0 : 1)
  })
})
