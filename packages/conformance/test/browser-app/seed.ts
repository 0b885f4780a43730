// What there is to see: launch plans, and executions that ran, run, failed, or wait.
import { createAdminClient } from '@flyte-js/admin'
import { toLiteral } from '@flyte-js/admin/literals'
import type { LiteralType, SimpleType } from '@flyte-js/idl'
import type { FlyteAdmin } from '@flyte-js/testing'

const place = { project: 'flytesnacks', domain: 'development' }
const rest = { metadata: null, annotation: null, structure: null }
const simple = (name: SimpleType): LiteralType => ({ simple: name, ...rest })
const listOf = (type: LiteralType): LiteralType => ({ collection_type: type, ...rest })
const oneOf = (...values: string[]): LiteralType => ({ enum_type: { values }, ...rest })
const optional = (type: LiteralType): LiteralType => ({ union_type: { variants: [type, simple('NONE')] }, ...rest })

/** The inputs of `forecast.train`: a type of each kind that the form has a control for. */
const variables = {
  dataset: { type: simple('STRING'), description: 'Where the observations are' },
  epochs: { type: simple('INTEGER'), description: 'How often all of them are seen' },
  rate: { type: simple('FLOAT'), description: 'The learning rate' },
  layers: { type: listOf(simple('INTEGER')), description: 'Units of each layer' },
  machine: { type: oneOf('small', 'medium', 'large'), description: 'What it runs on' },
  shuffle: { type: simple('BOOLEAN'), description: 'Whether their order is left to chance' },
  since: { type: optional(simple('DATETIME')), description: 'Nothing older is used' },
}
const defaults = {
  epochs: toLiteral(10),
  rate: toLiteral(0.05),
  layers: toLiteral([64, 32]),
  machine: toLiteral('medium', variables.machine.type),
  shuffle: toLiteral(true),
  since: toLiteral(null, variables.since.type),
}

interface Variable {
  type: LiteralType
  description: string
}

/** An execution by name. */
export type ExecutionId = typeof place & { name: string }

/** The phases of which propellers tell. */
export type Told = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED'

/** A propeller's part: nothing runs here but by what it tells. */
export interface Propeller {
  tell(name: string, phase: Told, more?: object): Promise<void>
  tellNode(name: string, node: string, phase: Told): Promise<void>
}

/** The executions that are there. */
export const names = {
  queued: 'f0c41d7be92a54e3f8b6',
  running: 'f3a9c1e27b4d84f0e861',
  failed: 'f5b7720de1c94a3e9d04',
  aborted: 'f81e6f2a4cc0b4d7a935',
  succeeded: 'fa20d9b8e63f14c5b7e2',
  trained: 'fd64e83c1f5a74096b8c',
} as const

const minute = 60_000

/** Fills a new server, on a clock that can be set back, so that some of it is long ago. */
export async function seed(
  server: FlyteAdmin,
  setClock: (ahead: number) => void,
  now: () => number,
): Promise<Propeller> {
  const { admin } = createAdminClient({
    endpoint: server.url,
    tokenSource: { getToken: () => tokenOf(server) },
    cache: false,
  })
  const event = () => ({ producer_id: 'propeller', occurred_at: new Date(now()).toISOString() })

  async function register(name: string, version: string, isTraining = false): Promise<void> {
    const id = <Type extends string>(resource_type: Type) => ({ resource_type, ...place, name, version })
    const [task, workflow, plan] = [id('TASK' as const), id('WORKFLOW' as const), id('LAUNCH_PLAN' as const)]
    const inputs: { variables: Record<string, Variable> } = { variables: isTraining ? variables : {} }
    const typed = { interface: { inputs, outputs: { variables: {} } } }
    const container = { image: 'registry/image:tag', command: ['pyflyte-execute'] }
    const metadata = { runtime: { type: 'FLYTE_SDK', version: '1.16', flavor: 'python' } } as const
    await admin.createTask({ id: task, spec: { template: { type: 'python-task', ...typed, container, metadata } } })
    const bindings = Object.keys(inputs.variables).map((name) => ({
      var: name,
      binding: { promise: { node_id: 'start-node', var: name } },
    }))
    const nodes = [{ id: 'n0', task_node: { reference_id: task }, inputs: bindings }]
    await admin.createWorkflow({ id: workflow, spec: { template: { ...typed, nodes } } })
    const parameters = Object.fromEntries(
      Object.entries(inputs.variables).map(([name, variable]) => [
        name,
        name in defaults
          ? { var: variable, default: defaults[name as keyof typeof defaults] }
          : { var: variable, required: true },
      ]),
    )
    await admin.createLaunchPlan({ id: plan, spec: { workflow_id: workflow, default_inputs: { parameters } } })
    if (version === 'v1') await admin.updateLaunchPlan({ id: plan, state: 'ACTIVE' })
  }

  const tell: Propeller['tell'] = async (name, phase, more) => {
    await admin.createWorkflowEvent({ event: { ...event(), execution_id: { ...place, name }, phase, ...more } })
  }
  const tellNode: Propeller['tellNode'] = async (name, node_id, phase) => {
    const id = { execution_id: { ...place, name }, node_id }
    await admin.createNodeEvent({ event: { ...event(), id, phase, spec_node_id: node_id } })
  }

  /** Has one run for so many minutes, or run on. */
  async function run(name: string, plan: string, ago: number, end?: { took: number; phase: Told; more?: object }) {
    setClock(-ago * minute)
    const launch_plan = { ...place, resource_type: 'LAUNCH_PLAN' as const, name: plan, version: 'v1' }
    const literals = plan === 'forecast.train' ? { dataset: toLiteral('s3://observations/2026') } : {}
    const metadata = { mode: 'MANUAL' as const }
    await admin.createExecution({ ...place, name, spec: { launch_plan, metadata }, inputs: { literals } })
    await tell(name, 'QUEUED')
    await tell(name, 'RUNNING')
    await tellNode(name, 'n0', 'RUNNING')
    if (end === undefined) return
    setClock((end.took - ago) * minute)
    await tellNode(name, 'n0', end.phase)
    await tell(name, end.phase, end.more)
  }

  for (const name of ['etl.backfill', 'etl.daily', 'forecast.evaluate', 'reports.weekly']) await register(name, 'v1')
  await register('forecast.train', 'v1', true)
  setClock(10)
  await register('forecast.train', 'v2', true)

  const outputs = { literals: { accuracy: toLiteral(0.9274), model: toLiteral('s3://models/forecast/fd64e83c') } }
  const error = { code: 'USER:ValueError', message: trace, kind: 'USER' }
  await run(names.trained, 'forecast.train', 1570, { took: 48, phase: 'SUCCEEDED', more: { output_data: outputs } })
  await run(names.succeeded, 'etl.daily', 312, { took: 6, phase: 'SUCCEEDED' })
  await run(names.aborted, 'reports.weekly', 200)
  setClock(-196 * minute)
  await admin.terminateExecution({ id: { ...place, name: names.aborted }, cause: 'started by mistake' })
  await tell(names.aborted, 'ABORTED')
  await run(names.failed, 'forecast.evaluate', 95, { took: 3, phase: 'FAILED', more: { error } })
  await run(names.running, 'forecast.train', 12)
  setClock(-1 * minute)
  const launch_plan = { ...place, resource_type: 'LAUNCH_PLAN' as const, name: 'etl.backfill', version: 'v1' }
  await admin.createExecution({ ...place, name: names.queued, spec: { launch_plan, metadata: { mode: 'MANUAL' } } })
  await tell(names.queued, 'QUEUED')
  setClock(0)
  return { tell, tellNode }
}

const trace = `Traceback (most recent call last):
  File "/root/forecast/evaluate.py", line 41, in evaluate
    raise ValueError("no observations after 2026-03-01")
ValueError: no observations after 2026-03-01`

/** A new one each time, since the clock goes back. */
async function tokenOf({ url }: FlyteAdmin) {
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('flytepropeller:short-secret')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' }),
  })
  const { access_token } = (await response.json()) as { access_token: string }
  return { accessToken: access_token, tokenType: 'bearer' }
}
