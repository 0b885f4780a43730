import { AuthError } from '@flyte-js/core'
import { type LoopbackListener, listenOnLoopback } from './loopback-listener.js'
import { portUser } from './port-user.js'
import type { LoopbackUri } from './redirect-uris.js'

/** What {@link listenAtFirst} tells on the way. */
export interface ListenEvents {
  onPortTaken(port: number): void
  /** Hears of what is no HTTP, or too much. */
  onGarbage(): void
}

/** A listener, and the redirect URI that leads to it. */
export interface RedirectListener {
  listener: LoopbackListener
  redirectUri: string
}

/**
 * Listens where the first of the redirect URIs leads whose port is free.
 *
 * @throws AuthError `FLYTE_AUTH_PORT_TAKEN` where none is, `FLYTE_AUTH_LOGIN_UNAVAILABLE` where this machine lacks the address
 */
export async function listenAtFirst(uris: readonly LoopbackUri[], events: ListenEvents): Promise<RedirectListener> {
  for (const uri of uris) {
    const listener = await listenOnLoopback(uri.port, events.onGarbage)
    if (listener === undefined) {
      events.onPortTaken(uri.port)
      continue
    }
    if (isReached(uri, listener)) return { listener, redirectUri: uri.withPort(listener.port) }
    await listener.close()
    const message = `The redirect URI ${uri.withPort(listener.port)} leads to ${uri.host}, an address that this machine has not. Register and give one of localhost or of the other loopback address (redirectUri, FLYTE_CREDENTIALS_REDIRECT_URI)`
    throw new AuthError('FLYTE_AUTH_LOGIN_UNAVAILABLE', message)
  }
  throw await portsTaken(uris.map(({ port }) => port))
}

function isReached({ host }: LoopbackUri, { addresses }: LoopbackListener): boolean {
  return host === 'localhost' ? addresses.length > 0 : addresses.includes(host.replace(/[[\]]/g, ''))
}

async function portsTaken(ports: readonly number[]): Promise<AuthError> {
  const taken = await Promise.all(
    ports.map(async (port) => {
      const user = await portUser(port)
      return `port ${port}${user === undefined ? '' : ` (by ${user})`}`
    }),
  )
  const message = `The answer to a login could not be received: ${taken.join(' and ')} ${taken.length === 1 ? 'is' : 'are'} taken. Close what has it, or finish its login; or register another http://localhost:PORT/PATH for the client at the authorization server and give it as redirectUri or among fallbackRedirectUris (FLYTE_CREDENTIALS_REDIRECT_URI)`
  return new AuthError('FLYTE_AUTH_PORT_TAKEN', message)
}
