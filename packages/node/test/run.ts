// Runs scripts as processes of their own.
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A home that nobody has, so that no ~/.flyte has a say. */
const nobody = join(tmpdir(), 'flyte-js-nobody')

/** How a process ended. */
export interface Ended {
  /** The exit code; `null` where a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a script, as a user would write it, with this environment and no other, in a home that nobody has. */
export function runScript(script: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: root,
      env: { HOME: nobody, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 15_000,
    })
    const ended: Ended = { code: null, stdout: '', stderr: '' }
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
