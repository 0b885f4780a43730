// What compiles, and what does not, and why not: one row a call.
import { describe, expect, it } from 'vitest'
import { complaintsAbout } from './compiler.js'

/** What every call below may use. */
const preamble = [
  "import type { AdminClient } from '../../src/create-admin-client.js'",
  'declare const { admin, signal, dataProxy, identity, authMetadata }: AdminClient',
  'declare const aborted: AbortSignal',
  'declare const maybe: { token?: string }',
  "const project = 'p', domain = 'd', name = 'n', version = 'v'",
  'const execution_id = { project, domain, name }, node_execution_id = { execution_id, node_id: "n0" }',
  'const task_id = { project, domain, name, version }',
]

type Row = readonly [what: string, call: string]
type RefusedRow = readonly [...Row, why: string]

const accepted: readonly Row[] = [
  ['the fields of the path alone', 'admin.getTask({ id: { project, domain, name, version } })'],
  ['the fields of the shorter route', 'admin.listTasks({ id: { project, domain } })'],
  ['those of the longer one', 'admin.listTasks({ id: { project, domain, name }, limit: 1 })'],
  ['a number in the path', 'admin.getTaskExecution({ id: { node_execution_id, task_id, retry_attempt: 0 } })'],
  ['nothing, where nothing is in the path', 'admin.getDomains()'],
  ['an empty request', 'admin.listProjects({})'],
  ['a field in a part of a request', "admin.listProjects({ sort_by: { key: 'name' } })"],
  ['null for a message', 'admin.createTask({ id: null, spec: { template: { metadata: null } } })'],
  ['null for a text beside the path', 'admin.listTasks({ id: { project, domain }, token: null })'],
  ['null for a text deep within', 'admin.listProjects({ sort_by: { key: null } })'],
  [
    'a list that may not be written to',
    "admin.createTask({ spec: { template: { container: { args: ['a'] as const } } } })",
  ],
  [
    'an int64 as a text',
    "admin.createExecution({ inputs: { literals: { a: { scalar: { primitive: { integer: '1' } } } } } })",
  ],
  [
    'one answer as the next request',
    'admin.getTask({ id: task_id }).then(({ closure }) => admin.createTask({ spec: { template: closure?.compiled_task?.template ?? null } }))',
  ],
  ['a signal and a timeout', 'admin.getVersion({}, { signal: aborted, timeout: 1_000 })'],
  ['a timeout for the whole call', 'admin.getVersion({}, { callTimeout: 60_000 })'],
  ['a field that may be missing', 'admin.listProjects({ token: maybe.token })'],
  ['no signal, said so', 'admin.getVersion(undefined, { signal: undefined, timeout: undefined })'],
  ['an iterator with a signal', 'admin.listTasks.paginate({ id: { project, domain } }, { signal: aborted })'],
  ['a list of another service', 'signal.listSignals({ workflow_execution_id: execution_id })'],
  ['a body of another service', "signal.setSignal({ id: { signal_id: 's', execution_id }, value: { scalar: {} } })"],
  ['a link to a deck', "dataProxy.createDownloadLink({ artifact_type: 'ARTIFACT_TYPE_DECK', node_execution_id })"],
  ['who is logged in', 'identity.userInfo()'],
  ['how to log in', 'authMetadata.getOAuth2Metadata()'],
]

const refused: readonly RefusedRow[] = [
  // Fields of the path
  [
    'a request without the last of them',
    'admin.getTask({ id: { project, domain, name } })',
    "Property 'version' is missing",
  ],
  ['a request without any', 'admin.getTask({})', "Property 'id' is missing"],
  ['no request', 'admin.getTask()', 'Expected 1-2 arguments, but got 0'],
  [
    'null for one',
    'admin.getTask({ id: { project, domain, name: null, version } })',
    "'null' is not assignable to type 'string'",
  ],
  ['null for what they are in', 'admin.getTask({ id: null })', "'null' is not assignable to type"],
  ['undefined for one', 'admin.getProject({ id: undefined })', "'undefined' is not assignable to type 'string'"],
  ['a number for a text', 'admin.getProject({ id: 1 })', "'number' is not assignable to type 'string'"],
  [
    'a text for a number',
    "admin.getTaskExecution({ id: { node_execution_id, task_id, retry_attempt: '0' } })",
    "'string' is not assignable to type 'number'",
  ],
  [
    'no retry attempt, though it may be 0',
    'admin.getTaskExecution({ id: { node_execution_id, task_id } })',
    "Property 'retry_attempt' is missing",
  ],
  [
    'one that is missing deep within',
    'admin.getNodeExecution({ id: { execution_id: { project, name }, node_id: "n0" } })',
    "Property 'domain' is missing",
  ],
  ['one that both routes need', 'admin.listTasks({ id: { project, name } })', "Property 'domain' is missing"],
  [
    'one that is missing in a body',
    'admin.terminateExecution({ id: { project, domain }, cause: "c" })',
    "Property 'name' is missing",
  ],
  [
    'one that is missing in attributes',
    'admin.updateWorkflowAttributes({ attributes: { project, domain } })',
    "Property 'workflow' is missing",
  ],
  [
    'one that is missing for signals',
    'signal.listSignals({ workflow_execution_id: { project, domain } })',
    "Property 'name' is missing",
  ],
  [
    'one that is missing for an iterator',
    'admin.listTasks.paginate({ id: { domain } })',
    "Property 'project' is missing",
  ],
  ['one that is missing for pages', 'admin.listTasks.pages({ id: { domain } })', "Property 'project' is missing"],

  // Enums
  [
    'an enum in lower case in a path',
    "admin.listNamedEntities({ resource_type: 'task', project, domain })",
    'Did you mean \'"TASK"\'?',
  ],
  [
    'an enum by its number',
    'admin.getNamedEntity({ resource_type: 1, id: { project, domain, name } })',
    "'number' is not assignable to type 'NonNullable<ResourceType>'",
  ],
  [
    'an enum of another kind in a body',
    "admin.updateLaunchPlan({ id: task_id, state: 'ARCHIVED' })",
    `'"ARCHIVED"' is not assignable to type`,
  ],
  [
    'an enum that is none in a query',
    "admin.listProjects({ sort_by: { direction: 'UP' } })",
    `'"UP"' is not assignable to type`,
  ],

  // Fields that a proto does not have
  ['an unknown field', 'admin.getTask({ id: task_id, nonsense: 1 })', "'nonsense' does not exist in type"],
  [
    'an unknown field within a message',
    'admin.getTask({ id: { ...task_id, nonsense: 1 } })',
    "'nonsense' does not exist in type",
  ],
  ['an unknown field in a body', 'admin.createTask({ spec: { templates: {} } })', "'templates' does not exist in type"],
  [
    'an unknown field in a literal',
    'admin.createExecution({ inputs: { literals: { a: { scalar: { primitve: {} } } } } })',
    "'primitve' does not exist in type",
  ],
  ['a field in camelCase', "admin.listProjects({ sortBy: { key: 'name' } })", "'sortBy' does not exist in type"],

  // Values
  [
    'an int64 as a number',
    'admin.createExecution({ inputs: { literals: { a: { scalar: { primitive: { integer: 1 } } } } } })',
    "'number' is not assignable to type 'string",
  ],
  [
    'a text for a list',
    "admin.createTask({ spec: { template: { container: { args: 'a' } } } })",
    "'string' is not assignable to type 'readonly string[]'",
  ],
  [
    'a date for a timestamp',
    'admin.createWorkflowEvent({ event: { occurred_at: new Date() } })',
    "'Date' is not assignable to type 'string'",
  ],
  [
    'seconds for a duration',
    'dataProxy.createUploadLocation({ expires_in: 60 })',
    "'number' is not assignable to type 'string'",
  ],

  // Methods
  ['paginate of an RPC that answers with one', 'admin.getTask.paginate({ id: task_id })', "'paginate' does not exist"],
  ['pages of an RPC that answers with one', 'admin.getTask.pages({ id: task_id })', "'pages' does not exist"],
  ['paginate of a list without pages', 'admin.listMatchableAttributes.paginate({})', "'paginate' does not exist"],
  ['paginate of a create', 'dataProxy.createUploadLocation.paginate({})', "'paginate' does not exist"],
  ['an RPC that has no route', 'signal.getOrCreateSignal({})', "'getOrCreateSignal' does not exist"],
  ['an RPC of another service', 'admin.userInfo()', "'userInfo' does not exist"],
  ['an RPC by its name in the proto', 'admin.GetTask({ id: task_id })', "'GetTask' does not exist"],

  // Options
  [
    'an option where the request stands',
    'admin.getVersion({ timeout: 1 })',
    "'number' is not assignable to type 'never'",
  ],
  ['an unknown option', 'admin.getVersion({}, { retry: 1 })', "'retry' does not exist in type 'CallOptions'"],
  ['a timeout as a text', "admin.getVersion({}, { timeout: '1s' })", "'string' is not assignable to type 'number'"],
  [
    'a controller for a signal',
    'admin.getVersion({}, { signal: new AbortController() })',
    "is missing the following properties from type 'AbortSignal'",
  ],

  // Answers
  [
    'a message that may be absent',
    'admin.getTask({ id: task_id }).then(({ id }) => id.name)',
    "'id' is possibly 'null'",
  ],
  [
    'a field that no answer has',
    'admin.getTask({ id: task_id }).then(({ version }) => version)',
    "'version' does not exist",
  ],
  [
    'a field in camelCase of an answer',
    'admin.getTask({ id: task_id }).then((task) => task.shortDescription)',
    "'shortDescription' does not exist",
  ],
  [
    'an int64 that is reckoned with',
    'admin.getExecutionData({ id: execution_id }).then(({ inputs }) => Math.abs(inputs?.bytes ?? 0))',
    "'string | 0' is not assignable to parameter of type 'number'",
  ],
  [
    'a method that is replaced',
    'admin.getVersion = admin.getDomains',
    "Cannot assign to 'getVersion' because it is a read-only property",
  ],
]

describe('a call', () => {
  const rows: readonly (Row | RefusedRow)[] = [...accepted, ...refused]
  const text = [...preamble, ...rows.map(([, call]) => `void (() => { ${call} })`)].join('\n')
  const complaints = complaintsAbout([], { 'test/types/calls-in-a-text.ts': text })
  const messagesAt = (row: Row | RefusedRow) =>
    complaints.filter(({ line }) => line === preamble.length + rows.indexOf(row) + 1).map(({ message }) => message)

  it('is refused for what it is itself', () => {
    expect(complaints.filter(({ file, line }) => file !== 'calls-in-a-text.ts' || line <= preamble.length)).toEqual([])
  })

  it.each(accepted.map((row) => [row[0], row] as const))('compiles with %s', (_, row) => {
    expect(messagesAt(row)).toEqual([])
  })

  it.each(refused.map((row) => [row[0], row] as const))('does not compile with %s', (_, row) => {
    expect(messagesAt(row)).toEqual([expect.stringContaining(row[2])])
  })
})
