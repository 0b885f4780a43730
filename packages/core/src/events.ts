import type { FlyteErrorCode } from './error-code.js'

/**
 * What happens inside, for logs and traces. No event holds a token, a secret or a query string.
 *
 * Times are milliseconds; URLs are origin and path only.
 */
export type FlyteEvent =
  | { type: 'discovery.completed'; endpoint: string; issuer: string; duration: number }
  /** The issuer is of another origin than the endpoint and could not be asked whether it knows the token endpoint. */
  | { type: 'discovery.issuer-unconfirmed'; endpoint: string; issuer: string; reason: string }
  /** A plain-HTTP server advertised https URLs of its own, which `insecure` turned back into http. */
  | { type: 'discovery.scheme-rewritten'; endpoint: string }
  | { type: 'token.acquired'; grant: string; expiresAt?: number; duration: number }
  | { type: 'token.refreshed'; grant: string; expiresAt?: number; duration: number }
  | { type: 'token.failed'; grant: string; code: FlyteErrorCode | 'UNKNOWN'; oauthError?: string; duration: number }
  /** A server refused a token that its clock held for valid. */
  | { type: 'token.rejected'; grant: string }
  | { type: 'admin.call'; rpc: string; status: number; duration: number }

/** Hears events. What it throws, or rejects with, is swallowed: a broken logger must not break a login. */
export type EventListener = (event: FlyteEvent) => void

/**
 * Tells a listener, if there is one, before it returns; whatever the listener throws stays there. Nobody need wait for it.
 *
 * @param listener - who hears it, if anybody
 * @param event - what happened
 */
export async function emit(listener: EventListener | undefined, event: FlyteEvent): Promise<void> {
  try {
    await listener?.(event)
  } catch {
    // The listener's trouble is not the caller's.
  }
}
