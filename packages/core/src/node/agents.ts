import { Agent as HttpAgent, type AgentOptions as HttpAgentOptions } from 'node:http'
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https'

/** The pair of keep-alive agents on which everything of one client goes out, OAuth and Flyte Admin alike. */
export interface Agents {
  /** For http URLs. */
  http: HttpAgent
  /** For https URLs. */
  https: HttpsAgent
  /** The one for a URL. */
  for(url: URL): HttpAgent | HttpsAgent
  /** Closes every socket, used ones too. */
  close(): void
}

/** What the agents can be told: what `node:https` takes, certificates and all. */
export type AgentsOptions = HttpAgentOptions & HttpsAgentOptions

/**
 * Milliseconds after which an idle socket is closed. Servers and what is between close theirs without a word (Node's after 5 s),
 * and a token request on a dead socket would fail.
 */
const idleTimeout = 4_000

/**
 * Makes a pair of keep-alive agents. Idle sockets do not keep a script from exiting.
 *
 * @param options - what `node:https`'s Agent takes, e.g. `{ ca }`; it holds for every connection of the client
 */
export function createAgents(options: AgentsOptions = {}): Agents {
  const http = new HttpAgent({ keepAlive: true, timeout: idleTimeout, ...options })
  const https = new HttpsAgent({ keepAlive: true, timeout: idleTimeout, ...options })
  return {
    http,
    https,
    for: (url) => (url.protocol === 'https:' ? https : http),
    close() {
      http.destroy()
      https.destroy()
    },
  }
}
