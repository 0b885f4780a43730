// Literal maps that came within an event: Flyte Admin writes them to its store, and keeps where.
import { type Message, stringField } from '../message.js'

/** Maps by the URI they were given. */
export interface OffloadedData {
  /** Keeps a map under the parts of a path, and returns its URI. */
  write(path: readonly string[], literalMap: Message): string
  /** The map at a URI; `undefined` where nothing was offloaded to, as at a URI that an event named itself. */
  read(uri: string): Message | undefined
}

/** Makes an empty store. */
export function createOffloadedData(): OffloadedData {
  const maps = new Map<string, Message>()
  return {
    write(path, literalMap) {
      const uri = ['file://flyte/metadata', ...path].join('/')
      maps.set(uri, literalMap)
      return uri
    },
    read: (uri) => maps.get(uri),
  }
}

/** The inputs and outputs that events have told of a node or a task, as far as they came with the events. */
export function dataOf(inputUri: string, closure: Message, offloaded: OffloadedData): Message {
  const outputs = offloaded.read(stringField(closure, 'output_uri'))
  return { inputs: {}, outputs: {}, full_inputs: offloaded.read(inputUri) ?? {}, full_outputs: outputs ?? {} }
}
