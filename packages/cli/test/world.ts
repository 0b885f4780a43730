// A Flyte Admin with fixed data on a clock that stands still, and the command in this process beside it.
import { type AdminClient, createAdminClient } from '@flyte-js/admin'
import { toLiteral } from '@flyte-js/admin/literals'
import type { TokenSource } from '@flyte-js/core'
import type { LiteralType, SimpleType } from '@flyte-js/idl'
import { createTestClock, type FlyteAdmin, startFlyteAdmin, type TestClock } from '@flyte-js/testing'
import type { Io } from '../src/io.js'
import { runInProcess } from './run-in-process.js'

const parent = { project: 'flytesnacks', domain: 'development' }

/** How the command has ended. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What tests of the commands work with. */
export interface World extends AsyncDisposable {
  readonly server: FlyteAdmin
  readonly admin: AdminClient['admin']
  readonly clock: TestClock
  /** The environment of the command: where Flyte Admin is, and project and domain. */
  readonly env: Readonly<Record<string, string>>
  /** Has an execution run at once. */
  launch(name: string, launchPlan?: string): Promise<ExecutionId>
  /** Tells what FlytePropeller would, as of now. */
  tell(id: ExecutionId, phase: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED', more?: object): Promise<void>
  tellNode(
    id: ExecutionId,
    node: string,
    phase: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED',
    more?: object,
  ): Promise<void>
  /** Runs the command in this process. */
  run(parameters: readonly string[], io?: Partial<Io>): Promise<Ran>
}

/** The identifier of an execution. */
export type ExecutionId = typeof parent & { name: string }

const simple = (name: SimpleType): LiteralType => ({ simple: name, metadata: null, annotation: null, structure: null })
const list = (type: LiteralType): LiteralType => ({
  collection_type: type,
  metadata: null,
  annotation: null,
  structure: null,
})
const union = (...variants: LiteralType[]): LiteralType => ({
  union_type: { variants },
  metadata: null,
  annotation: null,
  structure: null,
})

/** The inputs of `workflows.train`. */
const variables = {
  epochs: { type: simple('INTEGER') },
  rates: { type: list(simple('FLOAT')) },
  since: { type: simple('DATETIME') },
  note: { type: union(simple('STRING'), simple('NONE')) },
}

/** Client credentials that the server knows where it wants any. */
const client = { id: 'flytepropeller', secret: 'short-secret' }

/**
 * Starts the server, where nothing is yet but its three projects.
 *
 * @param auth - whether it wants a login, which the command then has by client credentials
 */
export async function startWorld({ auth = 'none' }: { auth?: 'none' | 'self' } = {}): Promise<World> {
  const clock = createTestClock()
  const server = await startFlyteAdmin({ auth, clock, executionTimes: 'never' })
  const { admin } = createAdminClient({
    endpoint: server.url,
    ...(auth === 'self' && { tokenSource: clientTokens(server.url) }),
  })
  const event = () => ({ producer_id: 'propeller', occurred_at: new Date(clock.now()).toISOString() })
  const env = {
    HOME: '/nonexistent',
    FLYTE_PLATFORM_URL: `localhost:${server.port}`,
    FLYTE_PLATFORM_INSECURE: 'true',
    FLYTE_PLATFORM_CONSOLE_ENDPOINT: 'https://console.example.com',
    ...(auth === 'none'
      ? { FLYTE_CREDENTIALS_AUTH_MODE: 'none' }
      : {
          FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
          FLYTE_CREDENTIALS_CLIENT_ID: client.id,
          FLYTE_CREDENTIALS_CLIENT_SECRET: client.secret,
          FLYTE_JS_TOKEN_STORE: 'memory',
        }),
    FLYTE_LOCAL_PROJECT: parent.project,
    FLYTE_LOCAL_DOMAIN: parent.domain,
  }
  return {
    server,
    admin,
    clock,
    env,
    async launch(name, launchPlan = 'workflows.train') {
      const id = { ...parent, name }
      const launch_plan = { ...parent, resource_type: 'LAUNCH_PLAN' as const, name: launchPlan, version: 'v2' }
      // What the other has set for good may not be given.
      const isOpen = launchPlan === 'workflows.train'
      const literals = isOpen ? { epochs: toLiteral(3), rates: toLiteral([0.5, 2], variables.rates.type) } : {}
      await admin.createExecution({ ...id, spec: { launch_plan, metadata: { mode: 'MANUAL' } }, inputs: { literals } })
      return id
    },
    tell: async (execution_id, phase, more) => {
      await admin.createWorkflowEvent({ event: { ...event(), execution_id, phase, ...more } })
    },
    tellNode: async (execution_id, node_id, phase, more) => {
      await admin.createNodeEvent({ event: { ...event(), id: { execution_id, node_id }, phase, ...more } })
    },
    run: (parameters, io) => runInProcess(parameters, { env, clock, ...io }),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

/** Tokens of that client, got anew each time: the clock may have gone on by any time. */
function clientTokens(endpoint: string): TokenSource {
  return {
    async getToken() {
      const headers = { authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` }
      const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' })
      const response = await fetch(`${endpoint}/oauth2/token`, { method: 'POST', headers, body })
      const answer = (await response.json()) as { access_token: string; token_type: string }
      return { accessToken: answer.access_token, tokenType: answer.token_type }
    },
  }
}

/** Registers what there is to launch: a task, a workflow in two versions, launch plans with a default, a schedule, a fixed input. */
export async function register({ admin, clock }: World): Promise<void> {
  for (const version of ['v1', 'v2']) {
    const task = { ...parent, resource_type: 'TASK' as const, name: 'tasks.fit', version }
    const workflow = { ...parent, resource_type: 'WORKFLOW' as const, name: 'workflows.train', version }
    const { epochs, rates } = variables
    const outputs = { variables: { score: { type: simple('FLOAT') } } }
    await admin.createTask({
      id: task,
      spec: {
        template: {
          id: task,
          type: 'python-task',
          metadata: {
            runtime: { type: 'FLYTE_SDK', version: '1.16', flavor: 'python' },
            discoverable: version === 'v2',
            discovery_version: version === 'v2' ? '1.0' : '',
            timeout: '90s',
            retries: { retries: 3 },
          },
          interface: { inputs: { variables: { epochs, rates } }, outputs },
          container: { image: 'registry/image:tag', args: ['fit'] },
        },
        description: { short_description: 'fits a model' },
      },
    })
    const promise = (name: string) => ({ var: name, binding: { promise: { node_id: 'start-node', var: name } } })
    await admin.createWorkflow({
      id: workflow,
      spec: {
        template: {
          id: workflow,
          interface: { inputs: { variables }, outputs },
          nodes: [
            { id: 'n0', task_node: { reference_id: task }, inputs: [promise('epochs'), promise('rates')] },
            { id: 'n1', task_node: { reference_id: task }, inputs: [promise('epochs'), promise('rates')] },
          ],
          outputs: [{ var: 'score', binding: { promise: { node_id: 'n1', var: 'score' } } }],
        },
        description: { short_description: 'trains the model' },
      },
    })
    const defaults = {
      since: { var: variables.since, default: toLiteral(new Date(0)) },
      note: { var: variables.note, default: toLiteral(null, variables.note.type) },
    }
    const plan = { ...parent, resource_type: 'LAUNCH_PLAN' as const, version }
    const id = { ...plan, name: 'workflows.train' }
    await admin.createLaunchPlan({ id, spec: { workflow_id: workflow, default_inputs: { parameters: defaults } } })
    const nightly = { ...plan, name: 'nightly' }
    await admin.createLaunchPlan({
      id: nightly,
      spec: {
        workflow_id: workflow,
        default_inputs: { parameters: defaults },
        fixed_inputs: { literals: { epochs: toLiteral(1), rates: toLiteral([1.5]) } },
        entity_metadata: { schedule: { cron_schedule: { schedule: '0 3 * * *' } } },
      },
    })
    if (version === 'v2') for (const each of [id, nightly]) await admin.updateLaunchPlan({ id: each, state: 'ACTIVE' })
    await clock.advance(60_000)
  }
}

/** Has executions go all ways: well, wrong, on, ended by somebody, and nowhere. */
export async function populate({ admin, clock, launch, tell, tellNode }: World): Promise<void> {
  const done = await launch('done')
  await clock.advance(2_000)
  await tell(done, 'RUNNING')
  await tellNode(done, 'n0', 'RUNNING')
  await clock.advance(3_725_000)
  await tellNode(done, 'n0', 'SUCCEEDED')
  await tell(done, 'SUCCEEDED', { output_data: { literals: { score: toLiteral(0.75) } } })

  const broken = await launch('broken', 'nightly')
  await tell(broken, 'RUNNING')
  await tellNode(broken, 'n0', 'RUNNING')
  await clock.advance(45_000)
  const error = { code: 'USER:ValueError', message: 'Traceback:\n  fit.py, line 3\nValueError: no data', kind: 'USER' }
  await tellNode(broken, 'n0', 'FAILED', { error })
  await tell(broken, 'FAILED', { error })

  const ended = await launch('ended')
  await tell(ended, 'RUNNING')
  await clock.advance(5_000)
  await admin.terminateExecution({ id: ended, cause: 'superseded by a newer commit' })
  await clock.advance(1_000)
  await launch('waiting')
  await clock.advance(1_000)
  const running = await launch('running')
  await tell(running, 'RUNNING')
  await tellNode(running, 'n0', 'RUNNING')
  await clock.advance(30_000)
  await tellNode(running, 'n0', 'SUCCEEDED')
  await tellNode(running, 'n1', 'RUNNING')
  await clock.advance(65_000)
}
