import type { Clock } from '@flyte-js/core'

/** What is written to: a stream of a process, or what a test gathers. */
export interface Sink {
  write(text: string): unknown
}

/** What the command has around it. Tests bring their own; nothing else touches the process. */
export interface Io {
  /** The environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where answers go, and nothing else. */
  readonly stdout: Sink
  /** Where everything that is no answer goes. */
  readonly stderr: Sink
  /** What a person types. It is opened when it is first asked for: to touch it is to open it. */
  stdin(): NodeJS.ReadableStream
  /** Whether a person reads stdout: then there are colours. */
  readonly isTerminal: boolean
  /** Whether a person reads stderr: then there is a spinner, and questions can be asked. */
  readonly isErrorTerminal: boolean
  /** How many characters a line of stdout has room for; `undefined` where it is no terminal. */
  readonly columns: number | undefined
  /** How many lines it shows at a time; `undefined` where it is no terminal. */
  readonly rows?: number | undefined
  /** The time, for how long something runs. Default: the system's, which is not loaded where nobody asks. */
  readonly clock?: Clock
  /** Ends what is under way: Ctrl-C. */
  readonly signal: AbortSignal
}

/** Why what was under way ended: somebody pressed Ctrl-C. */
export class Interruption extends Error {
  constructor() {
    super('interrupted')
    this.name = 'AbortError'
  }
}

/** That of a process. */
export function processIo(process: NodeJS.Process, signal: AbortSignal): Io {
  const { env, stdout, stderr } = process
  return {
    env,
    stdout,
    stderr,
    stdin: () => process.stdin,
    isTerminal: stdout.isTTY === true,
    isErrorTerminal: stderr.isTTY === true,
    // Read anew: a window may be made larger or smaller meanwhile.
    get columns() {
      return stdout.isTTY ? stdout.columns : undefined
    },
    get rows() {
      return stdout.isTTY ? stdout.rows : undefined
    },
    signal,
  }
}
