// Bodies of 100 MiB from a browser's connection to that of Flyte Admin and back, and what becomes of them when somebody leaves.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { toNodeHandler } from '../src/node/index.js'
import { createBrowser, createPortal, origin, startProvider } from './portal.js'
import { deferred, startServer } from './upstream.js'

const provider = await startProvider()
afterAll(() => provider.close())

const chunk = new Uint8Array(1024 * 1024)
const chunks = 100
/** Chunks that sockets and streams on the way may hold: whoever reads sets the pace. */
const most = 24

/** A portal in front of a server of the test's own, and somebody who is logged in. */
async function open(listener: RequestListener) {
  const upstream = await startServer(listener)
  const portal = createPortal({ issuer: provider.issuer, endpoint: upstream.origin })
  const browser = createBrowser(portal)
  await browser.logIn()
  const headers = { cookie: await browser.cookies(), origin }
  const errors: unknown[] = []
  const front = await startServer(toNodeHandler(portal.handle, { onError: (error) => errors.push(error) }))
  return {
    send: (init: RequestInit & { duplex?: 'half' } = {}) => fetch(`${front.origin}/api/v1/x`, { ...init, headers }),
    errors,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

/** Sends chunks as somebody takes them, and counts. */
function upload(count = chunks) {
  const sent = { chunks: 0 }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent.chunks === count) return controller.close()
        sent.chunks += 1
        controller.enqueue(chunk.slice())
      },
    },
    { highWaterMark: 0 },
  )
  return { body, sent }
}

async function download(outgoing: ServerResponse, sent: { chunks: number }): Promise<void> {
  const isClosed = new Promise<void>((resolve) => outgoing.once('close', resolve))
  for (sent.chunks = 0; sent.chunks < chunks && !outgoing.destroyed; sent.chunks += 1) {
    if (outgoing.write(chunk)) continue
    await Promise.race([new Promise<void>((resolve) => outgoing.once('drain', resolve)), isClosed])
  }
  outgoing.end()
}

/** Waits until nothing more goes on its way. */
async function rest(sent: { chunks: number }): Promise<void> {
  let before = 0
  const isStill = () => {
    const is = sent.chunks > 0 && sent.chunks === before
    before = sent.chunks
    return is
  }
  await expect.poll(isStill, { interval: 100 }).toBe(true)
}

test('they arrive whole, and wait for who takes them', async () => {
  const mayRead = deferred()
  const sent = { chunks: 0 }
  await using stage = await open(async (incoming, outgoing) => {
    if (incoming.method === 'GET') return download(outgoing, sent)
    await mayRead.promise
    let length = 0
    for await (const each of incoming) length += each.length
    outgoing.end(String(length))
  })
  const up = upload()
  const answer = stage.send({ method: 'POST', body: up.body, duplex: 'half' })
  await rest(up.sent)
  expect(up.sent.chunks).toBeLessThan(most)
  mayRead.resolve()
  expect(await (await answer).text()).toBe(String(chunks * chunk.length))

  const reader = ((await stage.send()).body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  await rest(sent)
  expect(sent.chunks).toBeLessThan(most)
  let length = 0
  for (let read = await reader.read(); !read.done; read = await reader.read()) length += read.value.length
  expect(length).toBeGreaterThan((chunks - 1) * chunk.length)
  expect(stage.errors).toEqual([])
})

test.each(['on its way up', 'on its way down'])(
  'that nobody waits for any more is ended at Flyte Admin: %s',
  async (way) => {
    const [begun, ended] = [deferred(), deferred<[IncomingMessage, ServerResponse]>()]
    const sent = { chunks: 0 }
    await using stage = await open((incoming, outgoing) => {
      outgoing.once('close', () => ended.resolve([incoming, outgoing]))
      if (way === 'on its way down') return download(outgoing, sent)
      let length = 0
      incoming.on('data', (each) => {
        length += each.length
        if (length > 20 * chunk.length) begun.resolve()
      })
      // Cut, which the test means to happen.
      incoming.on('error', () => undefined)
    })
    const leaving = new AbortController()
    const { signal } = leaving
    if (way === 'on its way up') {
      const never = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) })
      const { body } = upload(30)
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
      body
        .pipeTo(writable, { preventClose: true })
        .then(() => never.pipeTo(writable))
        .catch(() => undefined)
      const answer = stage.send({ method: 'POST', body: readable, duplex: 'half', signal }).catch((error) => error.name)
      await begun.promise
      leaving.abort()
      expect(await answer).toBe('AbortError')
      const [incoming] = await ended.promise
      expect(incoming.complete).toBe(false)
    } else {
      const { body } = await stage.send({ signal })
      await body?.getReader().read()
      leaving.abort()
      const [, outgoing] = await ended.promise
      expect([outgoing.writableFinished, sent.chunks < most]).toEqual([false, true])
    }
    expect(stage.errors).toEqual([])
  },
)
