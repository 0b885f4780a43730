import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url))

/** Nobody's home, so that no ~/.flyte has a say. */
const nobody = join(tmpdir(), 'flyte-js-nobody')

/** How a process ended, and what it said. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a program with nothing in its environment but what is given, the PATH and nobody's home. */
export function run(
  program: string,
  args: readonly string[],
  { env = {}, cwd = root }: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Ended> {
  const { PATH = '' } = process.env
  const child = spawn(program, args, { cwd, env: { PATH, HOME: nobody, ...env } })
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ended.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ended.stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ ...ended, code }))
  })
}
