// Runs programs as processes of their own.
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const bin = fileURLToPath(new URL('../bin/flyte-basic-auth.mjs', import.meta.url))

/** A home that nobody has, so that no ~/.flyte has a say. */
const nobody = join(tmpdir(), 'flyte-js-nobody')

/** How a process ended. */
export interface Ended {
  /** The exit code; `null` where a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

/** Runs Node with this environment and no other, in a home that nobody has. */
export function runNode(
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { isHeard = true } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, parameters, {
      cwd: root,
      env: { HOME: nobody, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 15_000,
    })
    const ended: Ended = { code: null, stdout: '', stderr: '' }
    // Whoever read its output has left before it wrote any.
    if (!isHeard) child.stdout.destroy()
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      ended.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      ended.stderr += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ ...ended, code }))
  })
}

/** Runs `flyte-basic-auth`. */
export const runBin = (
  parameters: readonly string[],
  env?: Readonly<Record<string, string>>,
  options?: { isHeard?: boolean },
): Promise<Ended> => runNode([bin, ...parameters], env, options)

/** Runs a script, as a user would write it. */
export const runScript = (script: string, env?: Readonly<Record<string, string>>): Promise<Ended> =>
  runNode(['--input-type=module', '--eval', script], env)
