import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ListFlags } from '../commands/list-flags.js'
import type { Does } from './running.js'

/** `get` and `describe`: what there is. The names are flytectl's, with its singulars. */
export function addReadCommands(program: Command, does: Does): void {
  addGet(program, does)
  addDescribe(program, does)
}

function addGet(program: Command, does: Does): void {
  const get = program.command('get').description('Show what there is: lists, and single things by their name')
  const list = (name: string, singular: string) => withListFlags(get.command(name).alias(singular))
  const commands = () => import('../commands/get.js')
  does(
    list('projects', 'project').argument('[name]', 'one project').description('Projects'),
    async (session, flags, name) => (await commands()).getProjects(session, flags, name),
  )
  does(
    get.command('domains').alias('domain').argument('[name]', 'one domain').description('Domains'),
    async (session, _flags, name) => (await commands()).getDomains(session, name),
  )
  does(
    withVersion(list('workflows', 'workflow'))
      .argument('[name]', 'the versions of this one; or wf:project:domain:name[:version]')
      .description('Workflows'),
    async (session, flags, name) => (await commands()).getWorkflows(session, flags, name),
  )
  does(
    withVersion(list('tasks', 'task'))
      .argument('[name]', 'the versions of this one; or tsk:project:domain:name[:version]')
      .description('Tasks'),
    async (session, flags, name) => (await commands()).getTasks(session, flags, name),
  )
  does(
    withVersion(list('launchplans', 'launchplan'))
      .argument('[name]', 'the versions of this one; or lp:project:domain:name[:version]')
      .description('Launch plans'),
    async (session, flags, name) => (await commands()).getLaunchPlans(session, flags, name),
  )
  does(
    list('executions', 'execution')
      .argument('[name]', 'one execution; or ex:project:domain:name')
      .description('Executions, the newest first'),
    async (session, flags, name) => (await commands()).getExecutions(session, flags, name),
  )
  does(
    list('node-executions', 'node-execution')
      .argument('<execution>', 'its name, or ex:project:domain:name')
      .argument('[node]', 'one node, e.g. n0')
      .option('--parent <node>', 'the nodes below this one')
      .description('The nodes of an execution'),
    async (session, flags, execution = '', node) =>
      (await commands()).getNodeExecutions(session, flags, execution, node),
  )
}

function addDescribe(program: Command, does: Does): void {
  const describe = program.command('describe').description('Tell all that there is to know of one thing')
  const commands = () => import('../commands/describe.js')
  for (const [kind, description] of [
    ['project', 'A project'],
    ['domain', 'A domain'],
    ['workflow', 'A workflow: its newest version, or --version'],
    ['task', 'A task: its newest version, or --version'],
    ['launchplan', 'A launch plan: its active version, or --version'],
    ['execution', 'An execution, with its inputs and outputs'],
  ] as const) {
    const command = describe.command(kind).alias(`${kind}s`).argument('<name>', 'its name').description(description)
    does(description.includes('--version') ? withVersion(command) : command, async (session, flags, name = '') =>
      (await commands()).describe(session, flags, kind, name),
    )
  }
  does(
    describe
      .command('node-execution')
      .alias('node-executions')
      .argument('<execution>', 'its name, or ex:project:domain:name')
      .argument('<node>', 'the node, e.g. n0')
      .description('A node of an execution, with its inputs and outputs'),
    async (session, _flags, execution = '', node = '') => (await commands()).describeNode(session, execution, node),
  )
}

/** Which version of it is meant. */
export function withVersion(command: Command): Command {
  return command.option('--version <version>', 'this version')
}

function withListFlags(command: Command): Command {
  const filter = new Option(
    '--filter <condition>',
    'only what it holds for, e.g. phase=FAILED, "phase in (FAILED;ABORTED)", duration>=60, "name contains x"; may be repeated',
  )
  const limit = new Option('--limit <number>', 'at most so many (default 100)').argParser(readLimit)
  return command
    .addOption(filter.argParser<NonNullable<ListFlags['filter']>>((text, before = []) => [...before, text]))
    .option('--sort-by <column>', 'in this order, e.g. created_at or created_at:desc')
    .addOption(limit.conflicts('all'))
    .option('--all', 'however many there are')
}

function readLimit(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It takes a whole number of 1 or more.')
}
