// A bare HTTP server that writes down every byte's worth of a request: nothing of this project is between it and the network.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it came in. */
export interface WireRequest {
  method: string
  /** Path and query, not decoded. */
  target: string
  /** Names in lower case, in their order; a header that is sent twice is here twice. */
  headers: readonly (readonly [name: string, value: string])[]
  body: Buffer
}

/** It, running. */
export interface WireServer extends AsyncDisposable {
  readonly url: string
  /** Every request since the start or since {@link WireServer.clear}. */
  readonly requests: readonly WireRequest[]
  clear(): void
}

/** Starts one that answers `{}` to everything. */
export async function startWireServer(): Promise<WireServer> {
  const requests: WireRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const { method = '', url: target = '', rawHeaders } = incoming
    requests.push({ method, target, headers: pairsOf(rawHeaders), body: Buffer.concat(chunks) })
    outgoing.setHeader('content-type', 'application/json')
    outgoing.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    clear: () => {
      requests.length = 0
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((text, index) =>
    index % 2 === 0 ? [[text.toLowerCase(), rawHeaders[index + 1] ?? ''] satisfies [string, string]] : [],
  )
}
