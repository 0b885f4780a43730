import type { AuthorizationServer, PublicClientConfig } from '@flyte-js/auth'
import type { ConfigResolution } from '@flyte-js/config'
import type { Clock, Fetch, FlyteEvent, HttpTransport, TokenSet } from '@flyte-js/core'
import type { Network } from '@flyte-js/node'
import type { OwnLogin } from '@flyte-js/node/login'
import type { Session } from '../session.js'

/** Where Flyte Admin is, and the client's own way to it. */
export interface Target {
  /** The base URL, without a slash at its end. */
  readonly endpoint: string
  readonly url: URL
  readonly network: Network
  readonly transport: HttpTransport
  readonly fetch: Fetch
  /** The proxy on the way, where there is one. */
  readonly proxy: URL | undefined
}

/** What Flyte Admin says to everybody, or why it does not. */
export interface Documents {
  readonly server?: AuthorizationServer
  readonly serverError?: unknown
  readonly client?: PublicClientConfig
  /** What was told on the way. */
  readonly events: readonly FlyteEvent[]
}

/** What the checks before have found out. */
export interface Known {
  resolution?: ConfigResolution
  target?: Target
  /** Why whatever asks the server makes no sense. */
  blocked?: string
  /** The server's time, and when it was told, in epoch milliseconds. */
  date?: { readonly text: string | undefined; readonly askedAt: number; readonly answeredAt: number }
  documents?: Documents
  /** Whether Flyte Admin asks for no login. */
  isOpen?: boolean
  login?: OwnLogin
  tokenSet?: TokenSet
}

/** What checks work with. */
export interface Examination {
  readonly session: Session
  readonly clock: Clock
  /** The addresses of a name, as the system resolves it. */
  lookup(host: string): Promise<readonly { readonly address: string }[]>
  readonly known: Known
}

/** Whether a person logs in, who could be asked. */
export function isPersonal({ resolution }: Known): boolean {
  const mode = resolution?.config.credentials.authMode
  return mode === 'pkce' || mode === 'device'
}
