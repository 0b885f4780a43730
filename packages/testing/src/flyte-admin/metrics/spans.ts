// Spans of time: what an execution, a node or a task took, and the operations in between.
import { type Message, messageField, stringField } from '../message.js'
import { parseTimestamp, type SecondsAndNanos } from '../well-known-types.js'

/** An operation of Flyte between two times. */
export function operation(name: string, from: string, to: string): Message {
  return { ...times(from, to), operation_id: name }
}

/** What something took that has a closure, from its making to its last change, and what it was spent on. */
export function spanOf(id: Message, described: Message, spans: Message[]): Message {
  return { ...times(createdAt(described), updatedAt(described)), ...id, spans }
}

function times(from: string, to: string): Message {
  return { ...(from !== '' && { start_time: from }), ...(to !== '' && { end_time: to }) }
}

/** When something was made that has a closure. */
export function createdAt(described: Message | undefined): string {
  return stringField(messageField(described ?? {}, 'closure'), 'created_at')
}

/** When it changed last. */
export function updatedAt(described: Message | undefined): string {
  return stringField(messageField(described ?? {}, 'closure'), 'updated_at')
}

/** Whether one time, as protobuf's JSON writes it, is before another. */
export function isBefore(left: string, right: string): boolean {
  const [first, second] = [parseTimestamp(left) ?? epoch, parseTimestamp(right) ?? epoch]
  return first.seconds === second.seconds ? first.nanos < second.nanos : first.seconds < second.seconds
}

const epoch: SecondsAndNanos = { seconds: 0n, nanos: 0 }

/** Those with a closure in the order they were made. */
export function inOrder(described: readonly Message[]): Message[] {
  return described.toSorted((left, right) => (isBefore(createdAt(left), createdAt(right)) ? -1 : 1))
}
