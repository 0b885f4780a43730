// A request whose body has been read already, for one who wants to read it himself.
import { IncomingMessage } from 'node:http'

/**
 * The same request again, with its body still to be read.
 *
 * @param url Another target, where it differs.
 */
export function replayedRequest(incoming: IncomingMessage, body: Buffer, url = incoming.url ?? '/'): IncomingMessage {
  const replayed = new IncomingMessage(incoming.socket)
  const { method, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders } = incoming
  Object.assign(replayed, { method, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders, url })
  if (body.length > 0) replayed.push(body)
  replayed.push(null)
  replayed.complete = true
  return replayed
}
