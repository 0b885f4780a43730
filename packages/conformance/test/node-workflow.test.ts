import { join } from 'node:path'
import { createAdminClient } from '@flyte-js/admin'
import { type ExecutionTimes, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitions } from '../../../examples/ci-basic/definitions.mjs'
import { type Ended, root, run } from './run.js'

const place = { project: 'flytesnacks', domain: 'development' }
const launchPlan = 'lp:flytesnacks:development:ci.greeting'
const integer = '9007199254740993'
let admin: FlyteAdmin
let times: ExecutionTimes | 'never'

beforeAll(async () => {
  admin = await startFlyteAdmin({
    auth: 'none',
    // Nobody runs tasks here: what one would have made is there as soon as the execution is asked for.
    executionTimes(id) {
      const greeting = { scalar: { primitive: { string_value: `Hello from ${id.name}` } } }
      admin.setExecutionData(id, { outputs: { greeting, count: { scalar: { primitive: { integer } } } } })
      return times
    },
  })
  const client = createAdminClient({ endpoint: admin.url })
  const { task, workflow, launchPlan, launchPlanId } = definitions({ ...place, version: 'v1' })
  await client.admin.createTask(task)
  await client.admin.createWorkflow(workflow)
  await client.admin.createLaunchPlan(launchPlan)
  await client.admin.updateLaunchPlan({ id: launchPlanId, state: 'ACTIVE' })
})
afterAll(() => admin.close())

function example(...args: string[]): Promise<Ended> {
  admin.clearRequests()
  const env = { FLYTE_PLATFORM_URL: admin.url, FLYTE_CREDENTIALS_AUTH_MODE: 'none' }
  return run(process.execPath, [join(root, 'examples/node-workflow/main.mjs'), ...args], { env })
}

const launches = () => admin.requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body))

describe('examples/node-workflow', () => {
  test('launches with inputs, tells of the phases, and prints the outputs as JSON', async () => {
    times = { queued: 100, running: 900 }
    const { code, stdout, stderr } = await example(launchPlan, '{ "name": "Flyte" }')
    const [launch, ...others] = launches()
    expect(others).toEqual([])
    expect(launch.inputs.literals.name.scalar.primitive).toEqual({ string_value: 'Flyte' })
    expect(launch.spec.launch_plan).toMatchObject({ name: 'ci.greeting', version: 'v1' })
    expect(stderr).toMatch(/^Launched flytesnacks\/development\/\w+\n( {2}[A-Z]+\n)* {2}RUNNING\n {2}SUCCEEDED\n$/)
    expect(JSON.parse(stdout)).toEqual({ greeting: `Hello from ${launch.name}`, count: integer })
    expect(code).toBe(0)
  })

  test.each([
    [
      'inputs that do not fit',
      launchPlan,
      '{ "nam": "Flyte" }',
      /nam: is unknown.*\n.*name: is missing.*INPUTS_INVALID/,
    ],
    ['a launch plan that is not there', `${launchPlan}:v9`, '{}', /\[FLYTE_ADMIN_RPC_FAILED\]\n$/],
    ['no launch plan', '', '{}', /give project and domain beside it, or as lp:.*\[FLYTE_INVALID_ARGUMENT\]\n$/],
  ])('says what is wrong with %s, and launches nothing', async (_, reference, inputs, said) => {
    const { code, stdout, stderr } = await example(reference, inputs)
    expect(stderr).toMatch(said)
    expect([code, stdout, launches()]).toEqual([1, '', []])
  })

  test('ends with the error of an execution that failed', async () => {
    times = { queued: 0, running: 0, outcome: 'FAILED' }
    const { code, stdout, stderr } = await example(launchPlan, '{ "name": "Flyte" }')
    expect(stderr).toMatch(/ended as FAILED: .+ \[.+\]\n$/)
    expect([code, stdout]).toEqual([1, ''])
  })
})
