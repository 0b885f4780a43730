import { orAborted } from '@flyte-js/auth'
import { AuthError, type GrantContext } from '@flyte-js/core'
import { hearAnswers } from './answer-channel.js'
import { grant } from './page-options.js'

/** A window that this page has opened for a login: a popup, or a frame. */
export interface OpenedWindow {
  readonly window: Window
  /** Whether its person has closed it. A server can make it look so (Cross-Origin-Opener-Policy). */
  isClosed(): boolean
  close(): void
}

/** Milliseconds between two looks at the window. */
const interval = 100

/** Milliseconds for an answer that is on its way when the window is closed. */
const grace = 2_000

/**
 * Waits until the server has sent another window back with an answer: read from its address, or heard from its page.
 *
 * @param isAnswer - whether an address is the answer that is waited for
 * @param timeout - milliseconds until nobody answers any more
 * @throws AuthError `FLYTE_AUTH_LOGIN_TIMEOUT`, `FLYTE_AUTH_POPUP_CLOSED`
 */
export function waitForAnswer(
  { window, isClosed }: Pick<OpenedWindow, 'window' | 'isClosed'>,
  isAnswer: (address: string) => boolean,
  { timeout, clock, signal }: Pick<GrantContext, 'clock' | 'signal'> & { timeout: number },
): Promise<string> {
  const over = new AbortController()
  const answered = new Promise<string>((resolve, reject) => {
    const take = (address: string) => {
      const isTaken = isAnswer(address)
      if (isTaken) resolve(address)
      return isTaken
    }
    const deafen = hearAnswers(take)
    over.signal.addEventListener('abort', deafen)

    async function look(): Promise<void> {
      const start = clock.monotonic()
      let closedAt: number | undefined
      while (!take(addressOf(window))) {
        const now = clock.monotonic()
        if (isClosed()) closedAt ??= now
        if (now - start >= timeout) throw timedOut(timeout)
        if (closedAt !== undefined && now - closedAt >= grace) throw closed()
        await clock.sleep(interval, { signal: over.signal })
      }
    }
    look().catch(reject)
  })
  return orAborted(answered, signal).finally(() => over.abort())
}

/** Where a window is, as long as that is a page of this origin. */
function addressOf({ location }: Window): string {
  try {
    return location.href
  } catch {
    return ''
  }
}

function timedOut(timeout: number): AuthError {
  const message = `The login was not done within ${timeout / 1000} s. Log in again, or set a longer timeout`
  return new AuthError('FLYTE_AUTH_LOGIN_TIMEOUT', message, { grant })
}

function closed(): AuthError {
  const message =
    "The popup was closed before the login was done. Log in again; if nobody closed it, the server's Cross-Origin-Opener-Policy made it look so: use redirectLogin()"
  return new AuthError('FLYTE_AUTH_POPUP_CLOSED', message, { grant })
}
