// Executions, from the side of those who launch and look at them.
import { alreadyTerminal } from '../events/event-refusals.js'
import type { OffloadedData } from '../events/offloaded-data.js'
import { withShortError } from '../events/short-error.js'
import { invalidArgument } from '../grpc-status.js'
import { checkFields } from '../identifiers.js'
import { page } from '../lists.js'
import { type Message, messageField, stringField } from '../message.js'
import type { Call, Handlers } from '../state.js'
import { terminalPhases } from './execution-phase.js'
import { describe, executionTable, rowOf } from './execution-record.js'
import type { ExecutionStore } from './execution-store.js'
import type { Launch } from './launch-execution.js'

/** Makes what serves executions. */
export function createExecutions(
  executions: ExecutionStore,
  launch: Launch,
  offloaded: OffloadedData,
  now: () => number,
): Handlers {
  const { progress, requested } = executions
  const principalOf = ({ claims }: Call) => (typeof claims?.sub === 'string' ? claims.sub : '')

  return {
    CreateExecution: (request, call) => launch(request, call),
    RelaunchExecution: (request, call) => {
      const source = executions.get(messageField(request, 'id'))
      const { overwrite_cache: _, ...spec } = source.spec
      const metadata = { ...messageField(spec, 'metadata'), mode: 'RELAUNCH', reference_execution: source.id }
      const overwrite: Message = request.overwrite_cache === true ? { overwrite_cache: true } : {}
      return launch(
        { ...target(request), spec: { ...spec, metadata, ...overwrite }, inputs: source.userInputs },
        call,
        source,
      )
    },
    RecoverExecution: (request, call) => {
      const source = executions.get(messageField(request, 'id'))
      const { parent_node_execution: oldParent, ...metadata } = messageField(source.spec, 'metadata')
      const parent =
        request.metadata === undefined ? oldParent : messageField(request, 'metadata').parent_node_execution
      const recovered: Message = {
        ...metadata,
        mode: 'RECOVERED',
        reference_execution: source.id,
        ...(parent !== undefined && { parent_node_execution: parent }),
      }
      const spec: Message = { ...source.spec, metadata: recovered }
      return launch({ ...target(request), spec, inputs: source.userInputs }, call, source)
    },
    GetExecution: (request) => {
      const execution = requested(request)
      return describe(execution, progress(execution))
    },
    GetExecutionData: (request) => {
      const { inputs, result } = requested(request)
      const uri = stringField(messageField(result ?? {}, 'outputs'), 'uri')
      return { inputs: {}, outputs: {}, full_inputs: inputs, full_outputs: offloaded.read(uri) ?? {} }
    },
    UpdateExecution: (request, call) => {
      const state = request.state === 'EXECUTION_ARCHIVED' ? 'EXECUTION_ARCHIVED' : 'EXECUTION_ACTIVE'
      requested(request).state = { state, principal: principalOf(call), changedAt: now() }
      return {}
    },
    TerminateExecution: (request, call) => {
      const execution = requested(request)
      const { phase } = progress(execution)
      if (terminalPhases.includes(phase)) {
        throw alreadyTerminal('Cannot abort an already terminated workflow execution', phase)
      }
      const [cause, principal] = [stringField(request, 'cause'), principalOf(call)]
      execution.abort = { at: execution.abort?.at ?? now(), cause }
      execution.result = {
        abort_metadata: { ...(cause !== '' && { cause }), ...(principal !== '' && { principal }) },
      }
      return {}
    },
    ListExecutions: (request) => {
      if (request.id === undefined) throw invalidArgument('missing id')
      const { project, domain, name } = messageField(request, 'id')
      checkFields(messageField(request, 'id'), ['project', 'domain'])
      const asksForState = /\((execution\.)?state,/.test(stringField(request, 'filters'))
      const listed = executions.all.filter(
        ({ id, state }) =>
          id.project === project &&
          id.domain === domain &&
          (name === undefined || id.name === name) &&
          (asksForState || state.state === 'EXECUTION_ACTIVE'),
      )
      const { items, token } = page(
        listed.map((execution) => ({ execution, progress: progress(execution) })),
        request,
        { rpc: 'ListExecutions', table: executionTable, row: (item) => rowOf(item.execution, item.progress) },
      )
      const described = items.map((item) => {
        const message = describe(item.execution, item.progress)
        // Inputs that came in the spec are not listed.
        const { inputs: _, ...spec } = messageField(message, 'spec')
        return { ...message, spec, closure: withShortError(messageField(message, 'closure')) }
      })
      return { executions: described, token }
    },
  }
}

/** Where the execution goes that is made out of another: beside it. Flyte Admin looks at the request for it, not at what it found. */
function target(request: Message): Message {
  const { project, domain } = messageField(request, 'id')
  return {
    ...(project !== undefined && { project }),
    ...(domain !== undefined && { domain }),
    name: stringField(request, 'name'),
  }
}
