import { FlyteError } from '@flyte-js/core'
import { exitCodes } from './exit-code.js'
import { exitCodeOf } from './exit-code-of.js'
import type { Io } from './io.js'
import { withoutControls } from './output/controls.js'

/**
 * Says on stderr what went wrong: the message, which names the cure, and the code, which `docs/errors.md` explains. The only place
 * where an error is told.
 *
 * @returns the exit code
 */
export function tellError(error: unknown, { stderr, signal }: Io, { isVerbose }: { isVerbose: boolean }): number {
  // Whoever pressed Ctrl-C knows.
  if (signal.aborted && error === signal.reason) return exitCodes.interrupted
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  stderr.write(`error: ${withoutControls(message, { keep: '\n' })}\n`)
  if (FlyteError.isInstance(error)) stderr.write(`code: ${error.code}\n`)
  if (isVerbose) stderr.write(`${FlyteError.isInstance(error) ? `${JSON.stringify(error)}\n` : ''}${stack ?? ''}\n`)
  return exitCodeOf(error)
}
