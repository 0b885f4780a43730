import { type EventListener, emit, type FlyteEvent } from '@flyte-js/core'

/** One call on its way through the chain. The links share it, and write down in it what has become of it. */
export interface Call {
  /** The RPC's name, for errors and events. */
  readonly rpc: string
  /** The same for all tries; sent as `X-Request-Id`. */
  readonly requestId: string
  readonly method: string
  readonly url: string
  readonly body?: string | undefined
  /** What may be done when a try fails. */
  readonly repeat: Repeat
  /** Whether what it makes has a name of our own making. */
  readonly isNameOwn: boolean
  /** Milliseconds for one try. */
  readonly timeout: number
  /** When the call is given up, by the monotonic clock. */
  deadline: number
  /** Milliseconds that are added to the deadline: those that logins have taken; `Infinity` while one is under way. */
  extension: number
  /** Ends the call. It is not aborted yet when the call begins. */
  signal?: AbortSignal | undefined
  /** How often it was tried. */
  tries: number
  /** Requests beyond the first of a try that the token was the reason for. */
  renewals: number
  /** The token, and the header that carries it. */
  credential?: Credential | undefined
  /** The length of the answer's body, in UTF-16 units: about its bytes. */
  size: number
}

/** A token on its way. */
export interface Credential {
  readonly header: string
  readonly accessToken: string
  /** `Bearer` and the token: joined once, since that is dear for what each try needs. */
  readonly value: string
}

/**
 * What may be done when a try fails.
 *
 * - `safe`: it may be sent again, since twice is as good as once.
 * - `unsent`: it may be sent again only when nothing of it was sent.
 * - a message: it may be sent again, since it makes something with a name of its own; when that is there already, a try before has
 *   done it, and this is the answer.
 */
export type Repeat = 'safe' | 'unsent' | object

/** Takes a call on, and brings the message of its answer; rejects with an `AdminError`, or what a token source or signal throws. */
export type Handler = (call: Call) => Promise<unknown>

/** When the call is given up, with the time that logins have taken: a person may need minutes, and has a timeout of his own. */
export const deadlineOf = ({ deadline, extension }: Call): number => deadline + extension

/** What an event of a call says beside which call it is. */
type Said<Event> = Event extends { rpc: string; requestId: string } ? Omit<Event, 'rpc' | 'requestId'> : never

/** Tells what happened to a call. */
export function tell({ rpc, requestId }: Call, onEvent: EventListener | undefined, said: Said<FlyteEvent>): void {
  if (onEvent) emit(onEvent, { ...said, rpc, requestId } as FlyteEvent)
}
