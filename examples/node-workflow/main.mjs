// Launches a launch plan with inputs, waits for it, and prints its outputs as JSON:
//   node main.mjs lp:flytesnacks:development:workflows.train '{ "epochs": 12 }'
// Where Flyte Admin is, and how to log in, is in the environment: see README.md.
import { executionFailure, fetchInputsOutputs, launch } from '@flyte-js/admin/executions'
import { FlyteError } from '@flyte-js/core'
import { createFlyteClient } from '@flyte-js/node'

const [launchPlan = '', inputs = '{}'] = process.argv.slice(2)

// Ctrl-C ends the wait, not the execution.
const ending = new AbortController()
process.once('SIGINT', () => ending.abort(new Error('Stopped waiting. The execution goes on.')))

try {
  const outputs = await run(launchPlan, JSON.parse(inputs), ending.signal)
  console.log(JSON.stringify(outputs, textOfBigInt, 2))
} catch (error) {
  // Errors of flyte-js say what to do about them. A stack trace would only hide that.
  const { message } = /** @type {Error} */ (error)
  console.error(FlyteError.isInstance(error) ? `${message} [${error.code}]` : message)
  process.exitCode = 1
}

/**
 * @param {string} launchPlan
 * @param {{ [name: string]: import('@flyte-js/admin/literals').LiteralInput }} inputs
 * @param {AbortSignal} signal
 */
async function run(launchPlan, inputs, signal) {
  const flyte = await createFlyteClient()

  // Without a version it is the active one. The inputs are checked against its interface before anything is sent.
  const id = await launch(flyte.admin, { launchPlan, inputs }, { signal })
  console.error(`Launched ${id.project}/${id.domain}/${id.name}`)

  const execution = await flyte.waitForExecution(id, { signal, onPhase: (phase) => console.error(`  ${phase}`) })
  const failure = executionFailure(execution)
  if (failure) throw new Error(`${id.name} ended as ${failure.phase}: ${failure.message} [${failure.code}]`)

  const { outputs } = await fetchInputsOutputs(flyte, id, { only: 'outputs', signal })
  return outputs
}

/**
 * Integers beyond 2^53 are bigints, which JSON has no words for.
 *
 * @param {string} _ @param {unknown} value
 */
function textOfBigInt(_, value) {
  return typeof value === 'bigint' ? String(value) : value
}
