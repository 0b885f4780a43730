// Where faults happen: a Flyte Admin that has them, and another origin that must hear of none.
import type { LookupFunction } from 'node:net'
import { type FlyteEvent, fetchTransport, type HttpTransport } from '@flyte-js/core'
import { createAgents, nodeHttpTransport } from '@flyte-js/core/node'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { type AdminClient, type AdminClientOptions, createAdminClient } from '../../src/create-admin-client.js'
import { canaries } from './canaries.js'

/** The servers of a test file. */
export interface Stage extends AsyncDisposable {
  /** Answers everything alike, until a fault is put into it. */
  readonly server: FlyteAdmin
  /** Another origin. */
  readonly elsewhere: FlyteAdmin
}

/** An answer to any RPC, long enough to be cut and to drip. */
export const anyAnswer = { token: '', tasks: [], padding: canaries.answer.repeat(20) }

/** Starts them. */
export async function startStage(): Promise<Stage> {
  const [server, elsewhere] = await Promise.all([startFlyteAdmin({ auth: 'none' }), startFlyteAdmin({ auth: 'none' })])
  server.answer(() => true, { body: anyAnswer })
  return {
    server,
    elsewhere,
    async [Symbol.asyncDispose]() {
      await Promise.all([server.close(), elsewhere.close()])
    },
  }
}

/** Who is trusted, and who knows the addresses of names. */
export interface TransportOptions {
  ca?: string
  lookup?: LookupFunction
}

/** A transport under test. */
export interface TestTransport {
  transport: HttpTransport
  close(): void
}

/** Makes a transport. */
export type CreateTransport = (options: TransportOptions) => TestTransport

/** On agents, which can be told whom to trust and whom to ask. */
export const createNodeTransport: CreateTransport = (options) => {
  const agents = createAgents(options)
  return { transport: nodeHttpTransport({ agents }), close: () => agents.close() }
}

/** On the platform's fetch, which cannot be told anything. */
export const createFetchTransport: CreateTransport = () => ({ transport: fetchTransport(), close() {} })

/** A client with a token that nobody may see, and what it has said. */
export function createTestClient(options: AdminClientOptions): { client: AdminClient; events: FlyteEvent[] } {
  const events: FlyteEvent[] = []
  const client = createAdminClient({
    tokenSource: { getToken: async () => ({ accessToken: canaries.token, tokenType: 'bearer' }) },
    onEvent: (event) => events.push(event),
    // No jitter: what waits is what a server asks for.
    random: () => 0,
    ...options,
  })
  return { client, events }
}
