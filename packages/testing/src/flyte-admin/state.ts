// What the handlers of RPCs share.
import type { Message } from './message.js'

/** Answers one RPC. Throws a `GrpcStatusError` to refuse. */
export type Handler = (request: Message, call: Call) => Message | Promise<Message>

/** Handlers by the RPC's name in the proto. */
export type Handlers = Readonly<Record<string, Handler>>

/** How an RPC was called. */
export interface Call {
  /** The `Host` of the request. */
  host: string
  /** The claims of the caller's token; `undefined` where no login is needed. */
  claims: Record<string, unknown> | undefined
  /** What is known of the person whose browser's session called; `undefined` for a token. */
  userInfo?: Message | undefined
}
