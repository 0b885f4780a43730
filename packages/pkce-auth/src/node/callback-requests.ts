import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { FlyteError } from '@flyte-js/core'
import { type CallbackPage, callbackPage, pageHeaders } from './callback-page.js'
import type { LoginAnswer } from './login-answer.js'

/** What {@link answerCallbacks} works with. */
export interface CallbackOptions {
  /** The redirect URI of this login. */
  redirectUri: string
  /** The port that is listened at. */
  port: number
  answer: LoginAnswer
  /** To whom the login is, for people. */
  place: string
  /** Hears why a request was refused. */
  onRefused(reason: string): void
}

/** Who answers at the redirect URI. */
export interface Callbacks {
  readonly listener: RequestListener
  /** Resolves when a browser has the page that says what came of the login; `undefined` where no browser was promised one. */
  shown(): Promise<void> | undefined
}

/**
 * Answers what comes to the redirect URI. One exact path takes the answer to the login, by GET (RFC 6749 section 4.1.2); whatever
 * else comes is answered as well and changes nothing.
 *
 * The browser is sent on at once to a path without a query, so that its address and its history keep neither code nor state (RFC
 * 9700 section 4.2.4). That path waits for what comes of the login.
 */
export function answerCallbacks({ redirectUri, port, answer, place, onRefused }: CallbackOptions): Callbacks {
  const { origin, pathname: callbackPath } = new URL(redirectUri)
  const donePath = `${callbackPath.replace(/\/$/, '')}/done`
  const names = ['localhost', '127.0.0.1', '[::1]']
  const hosts = new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])])
  let hasShown = () => {}
  const shown = new Promise<void>((resolve) => {
    hasShown = resolve
  })
  /** Browsers that were sent to the page and have not got it yet: one, unless somebody comes twice. */
  let owed = 0

  function refuse(response: ServerResponse, status: number, why: string): void {
    onRefused(`A request was refused: ${why}`)
    send(response, status, { kind: 'not-here', place })
  }

  async function takeAnswer(url: string, response: ServerResponse): Promise<void> {
    const wasTaken = answer.isTaken()
    const taking = answer.take(origin + url)
    // Promised before anything can come of it: an answer that says no ends the login at once.
    const isIt = !wasTaken && answer.isTaken()
    if (isIt) owed += 1
    const notTaken = await taking
    if (notTaken !== undefined) onRefused(`A callback was refused: ${notTaken.reason}`)
    if (notTaken !== undefined && !notTaken.isRepeated) return send(response, 400, { kind: 'no-answer', place })
    if (!isIt) owed += 1
    // What begins with two slashes would be another host.
    const location = donePath.replace(/^\/\//, '/.//')
    response.writeHead(303, { ...pageHeaders, location, 'content-length': 0 }).end()
  }

  async function showOutcome(response: ServerResponse): Promise<void> {
    const page = await answer.outcome.then(
      (): CallbackPage => ({ kind: 'logged-in', place }),
      (error: unknown): CallbackPage => ({ kind: 'failed', place, why: whyOf(error) }),
    )
    response.socket?.once('close', () => {
      owed -= 1
      if (owed <= 0) hasShown()
    })
    send(response, 200, page)
  }

  const listener = ({ method, url = '', headers }: IncomingMessage, response: ServerResponse) => {
    // A page of a foreign host that DNS has brought here (DNS rebinding) gets nothing (RFC 9110 section 15.5.20).
    if (!hosts.has((headers.host ?? '').toLowerCase())) return refuse(response, 421, 'it was meant for another host')
    const [path] = url.split('?')
    const isOutcome = path === donePath && answer.isTaken()
    const isFavicon = path === '/favicon.ico'
    if (path !== callbackPath && !isOutcome && !isFavicon) return refuse(response, 404, 'it was for another path')
    if (method !== 'GET') return refuse(response.setHeader('allow', 'GET'), 405, 'it was no GET')
    // A mistake in here must end no process, and keep no browser waiting.
    const dropped = () => response.destroy()
    if (path === callbackPath) takeAnswer(url, response).catch(dropped)
    else if (isOutcome) showOutcome(response).catch(dropped)
    else response.writeHead(204, pageHeaders).end()
  }
  return { listener, shown: () => (owed > 0 ? shown : undefined) }
}

function send(response: ServerResponse, status: number, page: CallbackPage): void {
  const { headers, body } = callbackPage(page)
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}

/** Ours say nothing secret; what others say is for the program. */
function whyOf(error: unknown): string | undefined {
  return FlyteError.isInstance(error) ? error.message : undefined
}
