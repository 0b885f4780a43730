import { type Command, Option } from 'commander'
import { withVersion } from './read-commands.js'
import type { Does } from './running.js'

const executionWord = ['<execution>', 'its name, or ex:project:domain:name'] as const

/** What has something run: `launch`, `relaunch`, `recover`, `terminate`; and looks at it: `watch`, `open`. */
export function addRunCommands(program: Command, does: Does): void {
  does(
    withVersion(withWait(program.command('launch')))
      .argument('[launchplan]', 'its name, or lp:project:domain:name[:version]; without a version the active one')
      .addOption(new Option('--workflow <name>', 'launch a workflow instead, by default its newest version'))
      .addOption(new Option('--task <name>', 'launch a single task instead, by default its newest version'))
      .addOption(
        new Option(
          '--input <name=value>',
          'an input; lists, maps and structs as JSON or YAML; may be repeated',
        ).argParser<string[]>((text, before = []) => [...before, text]),
      )
      .option('--inputs-file <file>', 'inputs from a JSON or YAML file; --input wins over it')
      .description('Launch a launch plan, a workflow or a task'),
    async (session, flags, launchPlan) =>
      (await import('../commands/launch.js')).launchCommand(session, flags, launchPlan),
  )
  does(
    program
      .command('watch')
      .argument(...executionWord)
      .description('Watch an execution and its nodes until it has ended; exit code 0 if it has succeeded, else 1'),
    async (session, _flags, execution = '') => (await import('../commands/watch.js')).watch(session, execution),
  )
  does(
    program
      .command('terminate')
      .argument('<executions...>', 'their names, or ex:project:domain:name')
      .option('--reason <text>', 'why, for whoever looks at it later', 'terminated with flyte-js')
      .description('End executions that run'),
    async (session, flags, executions) =>
      (await import('../commands/terminate.js')).terminateAll(
        session,
        flags,
        // What is given any number of times is a list.
        executions as unknown as readonly string[],
      ),
  )
  does(
    withWait(program.command('relaunch'))
      .argument(...executionWord)
      .option('--overwrite-cache', 'run what is cached again, and write the cache anew')
      .description('Launch an execution again from its beginning'),
    async (session, flags, execution = '') =>
      (await import('../commands/relaunch.js')).relaunchCommand(session, flags, execution),
  )
  does(
    withWait(program.command('recover'))
      .argument(...executionWord)
      .description('Launch a failed execution again from where it failed'),
    async (session, flags, execution = '') =>
      (await import('../commands/recover.js')).recoverCommand(session, flags, execution),
  )
  does(
    program
      .command('open')
      .argument(...executionWord)
      .description("Open an execution in Flyte's console; prints its URL where nobody sees a browser"),
    async (session, _flags, execution = '') => (await import('../commands/open.js')).openExecution(session, execution),
  )
}

function withWait(command: Command): Command {
  return command
    .option('--name <name>', 'the name of the execution (default: a new one)')
    .option('--wait', 'watch it until it has ended; exit code 0 if it has succeeded, else 1')
}
