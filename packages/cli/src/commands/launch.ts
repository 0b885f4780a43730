import { launch } from '@flyte-js/admin/executions'
import type { LiteralInput } from '@flyte-js/admin/literals'
import { defined, FlyteError } from '@flyte-js/core'
import type { Identifier, LiteralType } from '@flyte-js/idl'
import type { Session } from '../session.js'
import * as find from './find.js'
import { inputsFile } from './inputs-file.js'
import { type NamedVersion, namedVersion } from './names.js'
import { readInput } from './read-input.js'
import { tellLaunched, type WaitFlags } from './tell-launched.js'

/** The flags of `launch`. */
export interface LaunchFlags extends WaitFlags {
  readonly workflow?: string
  readonly task?: string
  readonly version?: string
  readonly input?: readonly string[]
  readonly inputsFile?: string
}

/** `launch [launchplan]` */
export async function launchCommand(session: Session, flags: LaunchFlags, launchPlan?: string): Promise<void> {
  const { signal } = session
  const texts = readPairs(flags.input ?? [])
  const fromFile = flags.inputsFile === undefined ? {} : await inputsFile(flags.inputsFile)
  const named = await readTarget(session, flags, launchPlan)
  const { admin } = await session.client()
  const launched = async () => {
    const { target, types } = await fetchTarget(session, named)
    const inputs = new Map<string, LiteralInput>(Object.entries(fromFile))
    for (const [name, text] of texts) inputs.set(name, readInput(text, types.get(name)))
    // The entity's own project and domain, unless it was named with them, and the flags say where else it is to run.
    const place = named.id.isWhole ? { project: session.flags.project, domain: session.flags.domain } : {}
    const request = { ...target, inputs: Object.fromEntries(inputs), ...defined({ name: flags.name, ...place }) }
    return launch(admin, request, { signal })
  }
  await tellLaunched(session, await session.busy('Launching', launched()), flags)
}

/** What is to be launched, as it was named. */
interface Named {
  readonly kind: 'LAUNCH_PLAN' | 'WORKFLOW' | 'TASK'
  readonly id: NamedVersion
}

async function readTarget(
  session: Session,
  { workflow, task, version }: LaunchFlags,
  launchPlan: string | undefined,
): Promise<Named> {
  const [given, ...others] = (
    [
      ['LAUNCH_PLAN', launchPlan],
      ['WORKFLOW', workflow],
      ['TASK', task],
    ] as const
  ).filter(([, text]) => text !== undefined)
  if (given?.[1] === undefined || others.length > 0) {
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'Launch what? Name one: a launch plan, --workflow or --task')
  }
  const [kind, text] = given
  return { kind, id: await namedVersion(session, kind, text, version) }
}

/** The version that is launched, and the types of its inputs, by which texts are read. */
async function fetchTarget(session: Session, { kind, id }: Named) {
  if (kind === 'TASK') {
    const { id: found, closure } = await find.task(session, id)
    const variables = closure?.compiled_task?.template?.interface?.inputs?.variables ?? {}
    return { target: { task: found as Identifier }, types: typesOf(variables) }
  }
  // A workflow is launched by its default launch plan, which has its name and version.
  const { version } = kind === 'WORKFLOW' && id.version === undefined ? await find.newestWorkflow(session, id) : id
  const { id: found, closure } = await find.launchPlan(session, { ...id, ...defined({ version }) })
  const parameters = Object.entries(closure?.expected_inputs?.parameters ?? {})
  const types = typesOf(Object.fromEntries(parameters.map(([name, { var: variable }]) => [name, variable])))
  return { target: { launchPlan: found as Identifier }, types }
}

function typesOf(variables: { readonly [name: string]: { readonly type: LiteralType | null } | null }) {
  return new Map(Object.entries(variables).map(([name, variable]) => [name, variable?.type ?? null]))
}

function readPairs(pairs: readonly string[]): [name: string, text: string][] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=')
    // What was given may be a secret, so it is not repeated.
    if (at < 1) throw new FlyteError('FLYTE_INVALID_ARGUMENT', '--input takes name=value, e.g. --input epochs=12')
    return [pair.slice(0, at), pair.slice(at + 1)]
  })
}
