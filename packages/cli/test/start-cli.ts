// The command while it runs: what it tells a person is heard before it has ended.
import { spawn } from 'node:child_process'
import { vi } from 'vitest'
import type { Ended } from '../../basic-auth/test/run.js'
import { bin } from './run-cli.js'

/** A command that runs. */
export interface RunningCli {
  /** Waits until stderr says something. */
  tells(pattern: RegExp): Promise<RegExpExecArray>
  readonly ended: Promise<Ended>
}

/** Starts `flyte-js` with this environment and no other, and without a terminal. */
export function startCli(parameters: readonly string[], env: Readonly<Record<string, string>>): RunningCli {
  const child = spawn(process.execPath, [bin, ...parameters], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15_000,
  })
  const told = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      told[name] += text
    })
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ ...told, code }))
  })
  return {
    ended,
    tells: (pattern) =>
      vi.waitFor(
        () => {
          const match = pattern.exec(told.stderr)
          if (match === null) throw new Error(`stderr does not say ${pattern}, but: ${told.stderr}`)
          return match
        },
        { timeout: 15_000, interval: 20 },
      ),
  }
}
