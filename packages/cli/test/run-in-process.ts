import type { Io } from '../src/io.js'
import { run } from '../src/run.js'

/** What a command printed, and how it ended. */
export interface Gathered {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command in this process, without a terminal unless `io` has one. */
export async function runInProcess(parameters: readonly string[], io: Partial<Io>): Promise<Gathered> {
  const written = { stdout: '', stderr: '' }
  const sink = (name: keyof typeof written) => ({
    write(text: string) {
      written[name] += text
    },
  })
  const code = await run(parameters, {
    env: {},
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    stdin: () => process.stdin,
    isTerminal: false,
    isErrorTerminal: false,
    columns: undefined,
    signal: new AbortController().signal,
    ...io,
  })
  return { code, ...written }
}
