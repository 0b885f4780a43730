// What the tries of a task took.
import { type Message, messageField, stringField } from '../message.js'
import { addDuration } from '../well-known-types.js'
import { createdAt, inOrder, isBefore, operation, spanOf, updatedAt } from './spans.js'

/** The spans of all tries, with the time between them; at depth 0 that time only. */
export function taskSpans(tasks: readonly Message[], depth: number): Message[] {
  return inOrder(tasks).flatMap((task, index, all) => [
    ...(index > 0 ? [operation('NODE_RESET', updatedAt(all[index - 1]), createdAt(task))] : []),
    ...(depth !== 0 ? [taskSpan(task)] : []),
  ])
}

function taskSpan(task: Message): Message {
  const closure = messageField(task, 'closure')
  return spanOf(
    { task_id: messageField(task, 'id') },
    task,
    workSpans(
      task,
      { setup: 'TASK_SETUP', work: 'TASK_RUNTIME', teardown: 'TASK_TEARDOWN' },
      (end) => !isBefore(stringField(closure, 'updated_at'), end),
    ),
  )
}

/** Names of the operations before, while and after something ran. */
interface WorkNames {
  setup: string
  work: string
  teardown: string
}

/** What was spent before it started, while it ran, and afterwards. */
export function workSpans(described: Message, names: WorkNames, hasTeardown: (end: string) => boolean): Message[] {
  const closure = messageField(described, 'closure')
  const [startedAt, duration] = [stringField(closure, 'started_at'), stringField(closure, 'duration')]
  if (startedAt === '') return [operation(names.setup, createdAt(described), updatedAt(described))]
  const setup = operation(names.setup, createdAt(described), startedAt)
  if (duration === '' || duration === '0s') return [setup, operation(names.work, startedAt, updatedAt(described))]
  const end = addDuration(startedAt, duration)
  return [
    setup,
    operation(names.work, startedAt, end),
    ...(hasTeardown(end) ? [operation(names.teardown, end, updatedAt(described))] : []),
  ]
}
