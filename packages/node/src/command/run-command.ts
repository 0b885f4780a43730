import { spawn } from 'node:child_process'
import { AuthError, type Clock, onAbort } from '@flyte-js/core'

/** What is run, and how long. */
export interface CommandSettings {
  /** The program and its arguments. No shell looks at them. */
  argv: readonly string[]
  /** The setting that names it, for messages, e.g. `credentials.command`. */
  setting: string
  /** The environment that it gets. */
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  /** Milliseconds until it is ended. Default 60,000: it may ask a person, but a script at night must not hang on it. */
  timeout?: number
  signal?: AbortSignal | undefined
}

/** Bytes of output that are read: a token has a few thousand. */
const maxOutput = 65_536
/** Milliseconds that a program has between being asked to end and being ended. */
const graceTime = 2_000

/**
 * Runs a program and gives what it prints.
 *
 * Its stdin is empty; its stderr is ours, so that it can say what it needs, as with the plugins of kubectl. What it prints on
 * stdout goes to nobody but the caller: no message of ours holds it, nor the program's arguments.
 *
 * @throws AuthError `FLYTE_AUTH_COMMAND_FAILED` where it cannot be started, ends with an error, prints too much or takes too long
 */
export async function runCommand(settings: CommandSettings): Promise<string> {
  const { argv, setting, env, clock, timeout = 60_000, signal } = settings
  const [program = '', ...parameters] = argv
  signal?.throwIfAborted()
  const failed = (what: string, cause?: unknown) =>
    new AuthError('FLYTE_AUTH_COMMAND_FAILED', `The program of ${setting}, ${program}, ${what}`, { cause })
  if (program === '') throw failed('has no name. Write the program and its arguments as a list')

  return new Promise((resolve, reject) => {
    const ending = new AbortController()
    // What it needs of the environment is its own affair.
    const child = spawn(program, parameters, { env, stdio: ['ignore', 'pipe', 'inherit'], windowsHide: true })
    const chunks: Buffer[] = []
    let length = 0
    let forget: (() => void) | undefined

    const settle = () => {
      ending.abort()
      forget?.()
    }
    /** Ends the program, twice if need be, and waits for neither: whoever asked has an answer. */
    const give = (error: unknown) => {
      settle()
      reject(error)
      child.stdout.destroy()
      child.kill()
      const hard = setTimeout(() => child.kill('SIGKILL'), graceTime).unref()
      child.once('exit', () => clearTimeout(hard))
    }
    if (signal) forget = onAbort(signal, () => give(signal.reason))
    clock.sleep(timeout, { signal: ending.signal }).then(
      () => give(failed(`has not ended after ${timeout} ms. Run it by hand and see what it waits for`)),
      () => {},
    )
    child.once('error', (cause: NodeJS.ErrnoException) => {
      settle()
      const cure =
        cause.code === 'ENOENT' ? 'was not found. Install it, or give its whole path' : `cannot be run (${cause.code})`
      reject(failed(cure, cause))
    })
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > maxOutput)
        give(failed(`prints more than ${maxOutput} bytes. It must print a token and nothing else`))
    })
    child.once('close', (code, killedBy) => {
      settle()
      if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'))
      else reject(failed(`ended with ${killedBy ?? `exit code ${code}`}. Run it by hand: it must print a token`))
    })
  })
}
