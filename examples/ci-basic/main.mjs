// A CI job against Flyte Admin. Everything it needs to know is in the environment: see README.md.
import { FlyteError } from '@flyte-js/core'
import { createFlyteClient } from '@flyte-js/node'
import { definitions } from './definitions.mjs'

const project = 'flytesnacks'
const domain = 'development'
const waitTimeout = Number(process.env.CI_WAIT_SECONDS ?? 600) * 1000

try {
  await run()
} catch (error) {
  // Errors of flyte-js say what to do about them. A stack trace would only hide that.
  console.error(FlyteError.isInstance(error) ? `\n${error.message} [${error.code}]` : error)
  process.exitCode = 1
}

async function run() {
  const flyte = await createFlyteClient()
  const { admin } = flyte

  await flyte.auth.getToken()
  console.log(`Logged in to ${flyte.endpoint}`)

  const { projects } = await admin.listProjects()
  console.log(`Projects: ${projects.map(({ id }) => id).join(', ')}`)

  const { task, workflow, launchPlan, launchPlanId } = definitions({ project, domain, version: `ci-${Date.now()}` })
  await admin.createTask(task)
  await admin.createWorkflow(workflow)
  await admin.createLaunchPlan(launchPlan)
  console.log(`Registered task, workflow and launch plan ${launchPlanId.name}, version ${launchPlanId.version}`)

  const { id } = await admin.createExecution({
    project,
    domain,
    name: `f${Date.now().toString(36)}`,
    spec: { launch_plan: launchPlanId, metadata: { mode: 'MANUAL', principal: 'ci' } },
    inputs: { literals: { name: { scalar: { primitive: { string_value: 'Flyte' } } } } },
  })
  if (id === null) throw new Error('Flyte Admin answered without an execution')
  process.stdout.write(`Launched ${id.name}:`)

  const start = Date.now()
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`
  const execution = await flyte.waitForExecution(id, {
    timeout: waitTimeout,
    onPhase: (phase) => process.stdout.write(` ${phase} (${seconds()})`),
  })
  process.stdout.write('\n\n')

  const { executions } = await admin.listExecutions({
    id: { project, domain },
    limit: 10,
    sort_by: { key: 'created_at', direction: 'DESCENDING' },
  })
  console.table(
    executions.map(({ id, spec, closure }) => ({
      Name: id?.name,
      'Launch plan': spec?.launch_plan?.name,
      Version: spec?.launch_plan?.version,
      Phase: closure?.phase,
      Started: closure?.started_at ?? '-',
      Duration: closure?.duration ?? '-',
    })),
  )
  if (execution.closure?.phase !== 'SUCCEEDED') throw new Error(`${id.name} ended as ${execution.closure?.phase}`)
}
