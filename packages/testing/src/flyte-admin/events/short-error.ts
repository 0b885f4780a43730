// Lists show the beginning of an error only.
import { type Message, messageField, stringField } from '../message.js'

const longest = 100

/** A closure with the first 100 bytes of its error's message, less a character that would be cut in two. */
export function withShortError(closure: Message): Message {
  if (closure.error === undefined) return closure
  const error = messageField(closure, 'error')
  const bytes = Buffer.from(stringField(error, 'message')).subarray(0, longest)
  const message = bytes.toString().replace(/\ufffd$/, '')
  return { ...closure, error: { ...error, ...(message !== '' && { message }) } }
}
