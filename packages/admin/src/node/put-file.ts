import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { onAbort } from '@flyte-js/core'
import type { Agents } from '@flyte-js/core/node'
import { reasonOf, type StoreAnswer } from '../files/store-answer.js'

/** One PUT of a file on disk. */
export interface PutFile {
  url: string
  headers: Record<string, string>
  file: FileHandle
  size: number
  /** What the file's bytes were when they were announced, in base64. */
  md5: string
  agents: Agents | undefined
  signal: AbortSignal | undefined
  /** Milliseconds without a byte until it is given up. */
  timeout: number
  onSent(sent: number): void
  /** Makes the error of a file that is no longer what it was. */
  changed(): Error
}

/** More than this of a refusal is not read. */
const longestRefusal = 65_536
/** Larger pieces are no faster, and leave more behind for the garbage collector. */
const chunkSize = 65_536

/** Streams a file to the store, a chunk at a time. */
export function putFile(put: PutFile): Promise<StoreAnswer> {
  const { url, signal, timeout, size, file } = put
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const outgoing = open(put)
    const forget = signal && onAbort(signal, () => fail(signal.reason))
    const settle = () => {
      forget?.()
      outgoing.destroy()
    }
    const fail = (error: unknown) => {
      reject(error)
      settle()
    }
    outgoing.setTimeout(timeout, () => fail(timedOut(url, timeout)))
    outgoing.on('error', fail)
    // It may come before the file has gone out, as a refusal mostly does.
    outgoing.once('response', (incoming) => readAnswer(incoming).then(resolve).catch(fail).finally(settle))
    if (size === 0) outgoing.end()
    else pipeline(checked(bytesOf(file, size), put), outgoing).catch(fail)
  })
}

/** A file from its beginning. A stream of Node's would close it when a try fails, and the next try has to read it. */
export async function* bytesOf(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < size; ) {
    const length = Math.min(chunkSize, size - position)
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}

function open({ url, headers, size, agents }: PutFile): ClientRequest {
  const target = new URL(url)
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest
  const agent = agents?.for(target)
  return request(target, {
    method: 'PUT',
    headers: { ...headers, 'content-length': size },
    ...(agent && { agent }),
  })
}

/** The file's bytes, the last of them only when all are what they were: a file that changed never arrives whole. */
async function* checked(source: AsyncIterable<Buffer>, { md5, onSent, changed }: PutFile) {
  const hash = createHash('md5')
  let sent = 0
  let last: Buffer | undefined
  for await (const chunk of source) {
    hash.update(chunk)
    if (last !== undefined) {
      yield last
      sent += last.length
      onSent(sent)
    }
    last = chunk
  }
  if (hash.digest('base64') !== md5) throw changed()
  yield last
}

async function readAnswer(incoming: IncomingMessage): Promise<StoreAnswer> {
  let body = ''
  for await (const chunk of incoming) {
    body += String(chunk)
    if (body.length > longestRefusal) break
  }
  return { status: incoming.statusCode ?? 0, reason: reasonOf(body) }
}

function timedOut(url: string, timeout: number): Error {
  return Object.assign(new Error(`${new URL(url).host} took no byte for ${timeout} ms`), { code: 'ETIMEDOUT' })
}
