// Answers a request with a fault.
import type { ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { Fault } from './faults.js'
import { type HttpAnswer, sendAnswer } from './http-exchange.js'
import { toHttpAnswer } from './injected-answers.js'
import type { RecordedRequest } from './recorded-requests.js'

/** The server's own answer to a request; given an answer, that one as the server would send it. */
export type OwnAnswer = (instead?: HttpAnswer) => Promise<HttpAnswer>

/** Sends what the fault leaves of an answer. Whatever it has begun ends with the connection. */
export async function sendFaulty(
  outgoing: ServerResponse,
  recorded: RecordedRequest,
  fault: Fault,
  ownAnswer: OwnAnswer,
): Promise<void> {
  const send = (answer: HttpAnswer) => {
    recorded.status = answer.status
    sendAnswer(outgoing, recorded.method, answer)
  }
  switch (fault.kind) {
    case 'status':
      return send(await ownAnswer(await toHttpAnswer(fault)))
    case 'redirect':
      return send(await ownAnswer({ status: fault.status ?? 302, headers: { Location: fault.location } }))
    case 'delay':
      if (await isStillThereAfter(outgoing, fault.milliseconds)) send(await ownAnswer())
      return
    case 'black-hole':
      return
    case 'content-type':
      return send(withContentType(await ownAnswer(), fault.value))
    case 'truncate': {
      const answer = await ownAnswer()
      return send({ ...answer, body: bodyOf(answer).subarray(0, fault.bytes) })
    }
    case 'reset':
      if (fault.after === undefined || fault.after === 'request') return reset(outgoing)
      return sendAndReset(outgoing, recorded, await ownAnswer(), fault.after === 'headers' ? 0 : fault.after)
    case 'drip':
      return drip(outgoing, recorded, await ownAnswer(), fault)
    case 'body': {
      const headers = { 'Content-Type': 'application/json' }
      return streamObject(outgoing, recorded, await ownAnswer({ status: 200, headers }), fault.size)
    }
  }
}

function reset(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy()
}

async function sendAndReset(
  outgoing: ServerResponse,
  recorded: RecordedRequest,
  answer: HttpAnswer,
  bytes: number,
): Promise<void> {
  const body = bodyOf(answer)
  const sent = body.subarray(0, bytes)
  sendHead(outgoing, recorded, answer, { 'Content-Length': Math.max(body.length, sent.length + 1) })
  // Headers are written with the first piece of a body, be it empty.
  await new Promise<void>((resolve) => outgoing.write(sent, () => resolve()))
  // A client in this process reads them before it hears of the reset; otherwise it would take that for an end.
  for (let turn = 0; turn < 2; turn++) await setImmediate()
  reset(outgoing)
}

async function drip(
  outgoing: ServerResponse,
  recorded: RecordedRequest,
  answer: HttpAnswer,
  { bytes, every }: { bytes: number; every: number },
): Promise<void> {
  const body = bodyOf(answer)
  sendHead(outgoing, recorded, answer, { 'Content-Length': body.length })
  for (let offset = 0; offset < body.length; offset += bytes) {
    if (offset > 0 && !(await isStillThereAfter(outgoing, every))) return
    outgoing.write(body.subarray(offset, offset + bytes))
  }
  outgoing.end()
}

const pieceSize = 64 * 1024

async function streamObject(
  outgoing: ServerResponse,
  recorded: RecordedRequest,
  answer: HttpAnswer,
  size: number,
): Promise<void> {
  sendHead(outgoing, recorded, answer, {})
  const spaces = Buffer.alloc(pieceSize, ' ')
  outgoing.write('{')
  for (let left = size - 2; left > 0; left -= pieceSize) {
    const isTaken = outgoing.write(spaces.subarray(0, Math.min(left, pieceSize)))
    if (!isTaken) await drained(outgoing)
    if (outgoing.destroyed) return
  }
  outgoing.end('}')
}

function sendHead(
  outgoing: ServerResponse,
  recorded: RecordedRequest,
  { status, headers }: HttpAnswer,
  extra: Record<string, number>,
): void {
  recorded.status = status
  outgoing.writeHead(status, { ...headers, ...extra })
}

/** Waits until more can be written, or until nobody is there to read it. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const onEnd = () => {
      outgoing.off('drain', onEnd).off('close', onEnd)
      resolve()
    }
    outgoing.once('drain', onEnd).once('close', onEnd)
  })
}

/** Waits, but no longer than the connection lasts. */
async function isStillThereAfter(outgoing: ServerResponse, milliseconds: number): Promise<boolean> {
  await new Promise<void>((resolve) => {
    const onEnd = () => {
      clearTimeout(timer)
      outgoing.off('close', onEnd)
      resolve()
    }
    const timer = setTimeout(onEnd, milliseconds)
    outgoing.once('close', onEnd)
    if (outgoing.destroyed) onEnd()
  })
  return !outgoing.destroyed
}

function withContentType(answer: HttpAnswer, value: string): HttpAnswer {
  const others = Object.entries(answer.headers ?? {}).filter(([name]) => name.toLowerCase() !== 'content-type')
  return { ...answer, headers: { ...Object.fromEntries(others), 'Content-Type': value } }
}

function bodyOf({ body = '' }: HttpAnswer): Buffer {
  return Buffer.from(body)
}
