import { Command, CommanderError } from 'commander'
import manifest from '../package.json'
import { exitCodes } from './exit-code.js'
import { addGlobalFlags } from './global-flags.js'
import type { Io } from './io.js'
import { createPaint } from './output/colours.js'
import { addCompletionCommand } from './program/completion-command.js'
import { addConfigCommands } from './program/config-commands.js'
import { addDoctorCommand } from './program/doctor-command.js'
import { addLoginCommands } from './program/login-commands.js'
import { addReadCommands } from './program/read-commands.js'
import { addRunCommands } from './program/run-commands.js'
import { type Ending, running } from './program/running.js'

const description = `Logs in to Flyte, shows what runs there, launches, watches, and finds out what is wrong.

Settings come from flytekit's and flytectl's variables and files: flyte-js config explain shows them.`

const footer = `
Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 no login or not allowed, 4 not found.`

/** A tree of commands, and how the process is to end. */
interface Program {
  readonly program: Command
  readonly ending: Ending
}

/**
 * Makes the tree of commands: names, flags, help. The code of a command is loaded when it runs, so that `--help` and `token` start at
 * once.
 */
export function createProgram(io: Io): Program {
  const ending: Ending = { code: exitCodes.ok }
  const program = new Command('flyte-js')
  const paint = createPaint(io, io.isErrorTerminal)
  // Whatever is made below inherits these.
  program
    .description(description)
    .version(manifest.version, '-V', 'tell the version of flyte-js, as --version does without a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.columns || 100,
      getErrHelpWidth: () => io.columns || 100,
      getOutHasColors: () => io.isTerminal,
      getErrHasColors: () => io.isErrorTerminal,
      outputError: (text, write) => write(text.replace(/^error:/, paint('red', 'error:'))),
    })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .addHelpText('after', footer)
  addGlobalFlags(program)
  const does = running(io, ending)
  addLoginCommands(program, does)
  addReadCommands(program, does)
  addRunCommands(program, does)
  addConfigCommands(program, does)
  addDoctorCommand(program, does)
  addCompletionCommand(program, does)
  return { program, ending }
}

/** Finds the command that is meant, and runs it. */
export async function runCommand(parameters: readonly string[], io: Io): Promise<number> {
  const { program, ending } = createProgram(io)
  try {
    // Behind a command `--version` says which version of a launch plan is meant.
    await program.parseAsync(parameters[0] === '--version' ? ['-V'] : parameters, { from: 'user' })
    return ending.code
  } catch (error) {
    // It has said what it had to say. Help that nobody asked for is wrong usage, too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    // Loaded when it is needed: what `--help` does without starts sooner.
    const { tellError } = await import('./tell-error.js')
    return tellError(error, io, { isVerbose: program.opts().verbose === true })
  }
}
