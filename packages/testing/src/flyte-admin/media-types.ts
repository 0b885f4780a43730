// In which form a request comes and an answer goes: by exact media types, as grpc-gateway picks its marshalers.
import { messageFromBinary } from './binary-decoder.js'
import { messageToBinary } from './binary-encoder.js'
import { GrpcStatusError, grpcCode, invalidArgument } from './grpc-status.js'
import { JsonMessageError, messageFromJson } from './json-decoder.js'
import { messageToJson } from './json-encoder.js'
import { JsonSyntaxError, parseJson } from './json-parser.js'
import type { Message } from './message.js'

/** A form of messages. */
export interface MediaType {
  contentType: string
  write(type: string, message: Message): Uint8Array
  /** Reads the body of a request; refuses what is not the message. An empty body is an empty message. */
  read(type: string, body: Buffer): Message
}

function jsonMediaType(casing: 'proto' | 'camel', ignoreUnknown: boolean): MediaType {
  return {
    contentType: 'application/json',
    write: (type, message) => Buffer.from(JSON.stringify(messageToJson(type, message, casing))),
    read(type, body) {
      const text = body.toString()
      try {
        const node = parseJson(text)
        return node === undefined ? {} : messageFromJson(type, node, text, { ignoreUnknown })
      } catch (error) {
        if (error instanceof JsonSyntaxError || error instanceof JsonMessageError) throw invalidArgument(error.message)
        throw error
      }
    },
  }
}

const binary: MediaType = {
  contentType: 'application/octet-stream',
  write: messageToBinary,
  read(type, body) {
    try {
      return messageFromBinary(type, body)
    } catch {
      throw new GrpcStatusError(grpcCode.invalidArgument, 'proto: cannot parse invalid wire-format data')
    }
  },
}

/** snake_case, and unknown fields are refused. */
const strictJson = jsonMediaType('proto', false)
/** camelCase, and unknown fields are passed over. */
const looseJson = jsonMediaType('camel', true)

const byName = new Map([
  ['application/json', strictJson],
  ['application/octet-stream', binary],
])

/** The forms of a request and of its answer. `Accept` must match exactly; without a match the answer has the form of the request. */
export function mediaTypesOf(headers: Record<string, string>): { inbound: MediaType; outbound: MediaType } {
  const contentType = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
  const inbound = byName.get(contentType) ?? looseJson
  return { inbound, outbound: byName.get(headers.accept ?? '') ?? inbound }
}
