// How what an event tells of has ended: with outputs or with an error.
import { type Message, messageField, stringField } from '../message.js'
import type { OffloadedData } from './offloaded-data.js'

/** Where the outputs are, or the error; `undefined` when the event tells neither. Outputs within it are written below the path. */
export function resultOf(event: Message, path: readonly string[], offloaded: OffloadedData): Message | undefined {
  const uri = stringField(event, 'output_uri')
  if (uri !== '') return { output_uri: uri }
  if (event.output_data !== undefined) {
    return { output_uri: offloaded.write([...path, 'offloaded_outputs'], messageField(event, 'output_data')) }
  }
  return event.error === undefined ? undefined : { error: event.error }
}

/** Where the inputs are, once an event has told. Later ones do not move them. */
export function inputUriOf(known: string, event: Message, path: readonly string[], offloaded: OffloadedData): string {
  if (known !== '' || event.input_data === undefined) return known || stringField(event, 'input_uri')
  return offloaded.write([...path, 'offloaded_inputs'], messageField(event, 'input_data'))
}

/** The path of an execution in the store. */
export function executionPath({ project, domain, name }: Message): string[] {
  return [project, domain, name].map(String)
}
