// The executions of a server, and where each is in its life.
import { notFound } from '../grpc-status.js'
import { checkFields, textOf } from '../identifiers.js'
import { type Message, messageField } from '../message.js'
import { type ExecutionProgress, type ExecutionTimes, progressOf } from './execution-phase.js'
import type { Execution } from './execution-record.js'

/** How executions come and go. */
export interface ExecutionsOptions {
  now(): number
  /** The times of an execution, by its id. */
  timesOf(id: { project: string; domain: string; name: string }): ExecutionTimes | 'never'
}

/** The executions of a server. */
export interface ExecutionStore {
  readonly all: readonly Execution[]
  /** An execution by the parts of its identifier that are given; a missing one is `NOT_FOUND`. */
  get(id: Message): Execution
  /** The execution that a request names by its `id`, whole. */
  requested(request: Message): Execution
  has(id: Message): boolean
  add(execution: Omit<Execution, 'sequence'>): void
  /** Where it is now: where events have put it, and otherwise where the clock has. */
  progress(execution: Execution): ExecutionProgress
}

/** Makes an empty store. */
export function createExecutionStore({ now, timesOf }: ExecutionsOptions): ExecutionStore {
  const executions = new Map<string, Execution>()
  const keyOf = ({ project, domain, name }: Message) => JSON.stringify([project, domain, name])

  const get = ({ project, domain, name }: Message): Execution => {
    const given = Object.entries({ project, domain, name }).filter(([, part]) => part !== undefined)
    const id = Object.fromEntries(given) as Message
    const found =
      executions.get(keyOf(id)) ??
      [...executions.values()].find((execution) => given.every(([field, part]) => execution.id[field] === part))
    if (found === undefined) throw notFound(`missing entity of type execution with identifier ${textOf(id)}`)
    return found
  }

  return {
    get all() {
      return [...executions.values()]
    },
    get,
    requested(request) {
      const id = messageField(request, 'id')
      checkFields(id, ['project', 'domain', 'name'])
      return get(id)
    },
    has: (id) => executions.has(keyOf(id)),
    add: (execution) => executions.set(keyOf(execution.id), { ...execution, sequence: executions.size + 1 }),
    progress: ({ id, createdAt, abort, recorded }) =>
      progressOf(
        createdAt,
        timesOf(id as { project: string; domain: string; name: string }),
        now(),
        abort?.isOver ? undefined : abort?.at,
        recorded?.progress,
      ),
  }
}
