// Signals: what gate nodes wait for.
import { messageToBinary } from './binary-encoder.js'
import { invalidArgument } from './grpc-status.js'
import { checkFields } from './identifiers.js'
import { page } from './lists.js'
import { hasValue, simpleTypeOf, simpleTypeOfLiteral, typeMismatch } from './literal-types.js'
import { mediaTypesOf } from './media-types.js'
import { type Message, messageField, stringField } from './message.js'
import type { Handlers } from './state.js'
import type { Row, Table } from './table.js'
import { textFormat } from './text-format.js'

const signalTable: Table = {
  name: 'signals',
  letter: 's',
  columns:
    'id created_at updated_at deleted_at execution_project execution_domain execution_name signal_id type value'.split(
      ' ',
    ),
}

interface Signal {
  message: Message
  sequence: number
  createdAt: Date
  updatedAt: Date
}

/** The name of a signal within an execution. */
export interface SignalId {
  /** The project of the execution. */
  project: string
  /** The domain of the execution. */
  domain: string
  /** The name of the execution. */
  name: string
  /** The signal's own name, as the workflow waits for it. */
  signal_id: string
}

/** Makes a signal without HTTP, which has no route for it: propellers come over gRPC. */
export function createSignal(api: Handlers, { signal_id, ...execution_id }: SignalId, type: object): void {
  const { inbound } = mediaTypesOf({ 'content-type': 'application/json' })
  const literalType = inbound.read('flyteidl.core.LiteralType', Buffer.from(JSON.stringify(type)))
  api.GetOrCreateSignal?.({ id: { signal_id, execution_id }, type: literalType }, { host: '', claims: undefined })
}

/** Makes an empty set of signals and what serves it. */
export function createSignals(now: () => number): Handlers {
  const signals = new Map<string, Signal>()
  const keyOf = ({ signal_id, execution_id }: Message) => {
    const { project, domain, name } = execution_id as Message
    return JSON.stringify([project, domain, name, signal_id])
  }

  return {
    GetOrCreateSignal: (request) => {
      const id = checkedId(request)
      if (request.type === undefined) throw invalidArgument('missing type')
      const type = messageField(request, 'type')
      const createdAt = new Date(now())
      const signal = signals.get(keyOf(id)) ?? {
        message: { id, type },
        sequence: signals.size + 1,
        createdAt,
        updatedAt: createdAt,
      }
      signals.set(keyOf(id), signal)
      return signal.message
    },
    ListSignals: (request) => {
      const { project, domain, name } = messageField(request, 'workflow_execution_id')
      const listed = [...signals.values()].filter(({ message }) => {
        const execution = messageField(messageField(message, 'id'), 'execution_id')
        return execution.project === project && execution.domain === domain && execution.name === name
      })
      const { items, token } = page(listed, request, { rpc: 'ListSignals', table: signalTable, row })
      return { signals: items.map(({ message }) => message), token }
    },
    SetSignal: (request) => {
      const id = checkedId(request)
      if (request.value === undefined) throw invalidArgument('missing value')
      const value = messageField(request, 'value')
      const signal = signals.get(keyOf(id))
      if (signal === undefined) {
        const { project, domain, name } = messageField(id, 'execution_id')
        const key = `{{${project} ${domain} ${name}} ${id.signal_id}}`
        throw invalidArgument(`failed to validate that signal [${key}] exists, err: [signal does not exist]`)
      }
      checkValue(value, messageField(signal.message, 'type'))
      signal.message = { ...signal.message, value }
      signal.updatedAt = new Date(now())
      return {}
    },
  }
}

function checkedId(request: Message): Message {
  if (request.id === undefined) throw invalidArgument('missing id')
  const id = messageField(request, 'id')
  if (id.execution_id === undefined) throw invalidArgument('missing execution_id')
  checkFields(id, ['signal_id'])
  const execution = messageField(id, 'execution_id')
  checkFields(execution, ['project', 'domain', 'name'])
  const { project, domain, name } = execution
  return { signal_id: id.signal_id as string, execution_id: { project, domain, name } as Message }
}

function checkValue(value: Message, type: Message): void {
  const isFitting = hasValue(value) && typeMismatch(simpleTypeOf({ type }), simpleTypeOfLiteral(value)) === undefined
  if (isFitting) return
  // The type is shown as the bytes that the database has of it.
  const bytes = [...messageToBinary('flyteidl.core.LiteralType', type)].join(' ')
  const text = textFormat('flyteidl.core.Literal', value)
  throw invalidArgument(`requested signal value [${text}] is not castable to existing signal type [[${bytes}]]`)
}

function row({ message, sequence, createdAt, updatedAt }: Signal): Row {
  const id = messageField(message, 'id')
  const execution = messageField(id, 'execution_id')
  return {
    id: sequence,
    created_at: createdAt,
    updated_at: updatedAt,
    execution_project: stringField(execution, 'project'),
    execution_domain: stringField(execution, 'domain'),
    execution_name: stringField(execution, 'name'),
    signal_id: stringField(id, 'signal_id'),
  }
}
