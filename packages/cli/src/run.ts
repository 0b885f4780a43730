import { exitCodes } from './exit-code.js'
import { isTokenAlone } from './fast-ways.js'
import type { Io } from './io.js'

/**
 * Runs one command.
 *
 * @param parameters - what stands behind the command's name, e.g. `['get', 'projects']`
 * @param io - what it has around it
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 no login, 4 not found, 130 interrupted
 */
export async function run(parameters: readonly string[], io: Io): Promise<number> {
  let leave = (_code: number) => {}
  const interrupted = new Promise<number>((resolve) => {
    leave = resolve
  })
  const onAbort = () => leave(exitCodes.interrupted)
  io.signal.addEventListener('abort', onAbort, { once: true })
  const work = isTokenAlone(parameters) ? runToken(parameters.length > 1, io) : runProgram(parameters, io)
  try {
    // A command that does not hear of the interruption does not hold up whoever pressed Ctrl-C.
    return await Promise.race([work, interrupted])
  } finally {
    io.signal.removeEventListener('abort', onAbort)
  }
}

async function runProgram(parameters: readonly string[], io: Io): Promise<number> {
  const { runCommand } = await import('./program.js')
  return runCommand(parameters, io)
}

/** The same as the program does, without loading its tree of commands. */
async function runToken(isHeader: boolean, io: Io): Promise<number> {
  const ending = { code: exitCodes.ok }
  const [{ createSession }, { token }] = await Promise.all([import('./session.js'), import('./commands/token.js')])
  const session = createSession(io, { output: 'table', color: true }, ending)
  try {
    await token(session, { isHeader })
    return ending.code
  } catch (error) {
    const { tellError } = await import('./tell-error.js')
    return tellError(error, io, { isVerbose: false })
  } finally {
    session.close()
  }
}
