import { FlyteError } from '@flyte-js/core'
import type { Identifier, WorkflowExecutionIdentifier } from '@flyte-js/idl'
import { resourceTypes } from './prefixes.js'

/**
 * Reads the text form of an identifier, as flytekit writes it: `lp:project:domain:name:version` for a launch plan, `wf:…` for a
 * workflow, `tsk:…` for a task, and `ex:project:domain:name` for an execution.
 *
 * A name may hold dots, and other than in flytekit colons too: Flyte Admin allows them in names but nowhere else, so there is
 * only one way to read `tsk:p:d:a:b:v1`.
 *
 * @param text - the identifier in its text form
 * @throws `FlyteError` `FLYTE_INVALID_ARGUMENT` for a text that has another prefix, too few parts, or an empty one
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { parseIdentifier } from '@flyte-js/admin/identifiers'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const task = await admin.getTask({ id: parseIdentifier('tsk:flytesnacks:development:tasks.add:v1') })
 * const execution = await admin.getExecution({ id: parseIdentifier('ex:flytesnacks:development:f2b1') })
 * console.log(task.id?.name, execution.closure?.phase)
 * ```
 */
export function parseIdentifier(text: `ex:${string}`): WorkflowExecutionIdentifier
export function parseIdentifier(text: `${'lp' | 'wf' | 'tsk'}:${string}`): Identifier
export function parseIdentifier(text: string): Identifier | WorkflowExecutionIdentifier
export function parseIdentifier(text: string): Identifier | WorkflowExecutionIdentifier {
  const [prefix = '', project = '', domain = '', ...rest] = typeof text === 'string' ? text.split(':') : []
  const isComplete = project !== '' && domain !== ''
  if (prefix === 'ex') {
    const [name = '', ...more] = rest
    if (isComplete && name !== '' && more.length === 0) return { project, domain, name, org: '' }
  } else if (Object.hasOwn(resourceTypes, prefix)) {
    const version = rest.pop() ?? ''
    const name = rest.join(':')
    const resource_type = resourceTypes[prefix] as Identifier['resource_type']
    if (isComplete && name !== '' && version !== '') return { resource_type, project, domain, name, version, org: '' }
  }
  throw new FlyteError(
    'FLYTE_INVALID_ARGUMENT',
    'the text is no identifier. Write lp:project:domain:name:version for a launch plan, wf:… for a workflow, tsk:… for a task, or ex:project:domain:name for an execution',
  )
}
