// Runs commands one after the other, says what each took, and tells at the end which failed.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The project's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @typedef {{ name: string, run: readonly string[] | (() => void), cwd?: string }} Stage
 * A name, and a command or a function that throws when something is wrong.
 */

/**
 * @param {readonly Stage[]} stages
 * @param {{ only?: string | undefined }} [options] `only`: a part of the names of the stages to run
 * @returns {number} how many failed
 */
export function runStages(stages, { only = '' } = {}) {
  const chosen = stages.filter(({ name }) => name.includes(only))
  if (chosen.length === 0)
    throw new Error(`no stage is called ${only}; there are: ${stages.map(({ name }) => name).join(', ')}`)
  const results = chosen.map(({ name, run, cwd = root }) => {
    console.log(`\n── ${name}`)
    const start = performance.now()
    const isPassed = typeof run === 'function' ? passes(run) : succeeds(run, cwd)
    return { name, isPassed, seconds: ((performance.now() - start) / 1000).toFixed(1) }
  })
  console.log()
  for (const { name, isPassed, seconds } of results) {
    console.log(`${isPassed ? 'ok    ' : 'FAILED'} ${seconds.padStart(6)} s  ${name}`)
  }
  return results.filter(({ isPassed }) => !isPassed).length
}

/** @param {() => void} check */
function passes(check) {
  try {
    check()
    return true
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return false
  }
}

/** @param {readonly string[]} command @param {string} cwd */
function succeeds([program = '', ...args], cwd) {
  const { status, error } = spawnSync(program, args, {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', NO_UPDATE_NOTIFIER: '1' },
  })
  if (error) console.error(`${program}: ${error.message}`)
  return status === 0
}
