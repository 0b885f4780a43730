import { type PublicClient, publicClientGrant } from '@flyte-js/auth'
import { AuthError, type Clock, defined, emit, type Grant, type GrantContext, type TokenSet } from '@flyte-js/core'
import { createPkceLogin } from '../pkce-login.js'
import { answerCallbacks } from './callback-requests.js'
import { expectAnswer } from './login-answer.js'
import { createLoginEnding, orEnded } from './login-ending.js'
import type { LoopbackLoginOptions } from './loopback-login-options.js'
import { takePastedAnswer } from './pasted-answer.js'
import { listenAtFirst } from './redirect-listener.js'
import { parseLoopbackUri, redirectUris } from './redirect-uris.js'
import { showUrl } from './show-url.js'
import { freeTerminal } from './terminal.js'

const grant = 'authorization_code'

/** Milliseconds that a browser may take to fetch the page that says that it is done; the tokens are there already. */
const pageLimit = 2_000

/**
 * Has a person log in with a browser on this machine: the authorization code grant with PKCE, whose answer comes to a port of the
 * loopback interface (RFC 8252 section 7.3, RFC 7636).
 *
 * The URL is printed (or given to `onUrl`), a browser is started where one is at hand, and where there is a terminal the answer can
 * be pasted as well. Only the answer to this very login ends it; whatever else comes is refused, and heard of as
 * `login.callback-refused`. When `acquire` returns, the port is free, the terminal as it was, and nothing left that would keep the
 * process. Ctrl-C ends the login, and then does what it would have done otherwise.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` for a redirect URI that is none of this machine. `acquire` throws
 * `FLYTE_AUTH_PORT_TAKEN`, `FLYTE_AUTH_LOGIN_TIMEOUT`, `FLYTE_AUTH_LOGIN_UNAVAILABLE`, `FLYTE_AUTH_GRANT_REFUSED`, what the token
 * endpoint leads to, and the signal's reason
 *
 * @example
 * ```ts
 * import { createTokenManager, tokenKey } from '@flyte-js/auth'
 * import { loopbackLogin } from '@flyte-js/pkce-auth/node'
 * import { fileStore } from '@flyte-js/token-store/file'
 *
 * const endpoint = 'https://flyte.example.com'
 * const tokens = createTokenManager({
 *   grant: loopbackLogin({ endpoint }),
 *   store: fileStore(),
 *   key: tokenKey({ endpoint }),
 * })
 * const { accessToken } = await tokens.getToken()
 * ```
 */
export function loopbackLogin(options: LoopbackLoginOptions): Grant {
  const { redirectUri, fallbackRedirectUris = [], timeout = 120_000 } = options
  // What the caller got wrong is told at once.
  for (const each of [...(redirectUri === undefined ? [] : [redirectUri]), ...fallbackRedirectUris])
    parseLoopbackUri(each)
  if (!(timeout > 0)) {
    const message =
      'timeout is no number of milliseconds above 0: leave it out for two minutes (FLYTE_ADMIN_PKCE_TIMEOUT)'
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message, { grant })
  }
  return publicClientGrant(options, {
    type: grant,
    logIn: async (findClient, context) => logIn(await findClient(), { ...options, timeout }, context),
  })
}

async function logIn(
  client: PublicClient,
  options: LoopbackLoginOptions & { timeout: number },
  { signal, clock, onEvent = options.onEvent }: GrantContext,
): Promise<TokenSet> {
  const { server, clientId, scopes, audience } = client
  const { timeout, parameters, fetch, print = (line) => console.error(line) } = options
  const place = new URL(options.endpoint).host
  const onRefused = (reason: string) => emit(onEvent, { type: 'login.callback-refused', reason })
  const { listener, redirectUri } = await listenAtFirst(redirectUris(client, options), {
    onPortTaken: (port) => emit(onEvent, { type: 'login.port-taken', port }),
    onGarbage: () => onRefused('A request was refused: it was no HTTP, or too much'),
  })
  const ending = createLoginEnding({ signal, clock, timeout, timeoutError: () => timedOut(timeout, server.issuer) })
  let stopPasting: (() => void) | undefined
  try {
    const login = await createPkceLogin({
      server,
      clientId,
      redirectUri,
      scopes,
      ...defined({ audience, parameters, fetch }),
    })
    const answer = expectAnswer(login, { signal: ending.signal, clock })
    const callbacks = answerCallbacks({ redirectUri, port: listener.port, answer, place, onRefused })
    listener.answer(callbacks.listener)
    ending.signal.throwIfAborted()
    showUrl(login.authorizationUrl, { ...options, print, place, onEvent, onFailure: ending.end })
    const pasteFrom = options.pasteFrom ?? freeTerminal()
    if (pasteFrom) stopPasting = takePastedAnswer(pasteFrom, { redirectUri, answer, print, onRefused })
    try {
      return await orEnded(answer.outcome, ending.signal)
    } finally {
      const shown = callbacks.shown()
      if (shown !== undefined) await orSoon(shown, clock, ending.signal)
    }
  } finally {
    stopPasting?.()
    await listener.close()
    ending.release()
  }
}

/** Waits for a page to be shown, not for long: browsers may be gone, or look ahead at an address and never show it. */
async function orSoon(shown: Promise<void>, clock: Clock, ending: AbortSignal): Promise<void> {
  const waited = new AbortController()
  const { signal } = waited
  const limit = clock.sleep(pageLimit, { signal }).catch(() => {})
  await orEnded(Promise.race([shown, limit]), ending).catch(() => {})
  waited.abort()
}

function timedOut(timeout: number, endpoint: string): AuthError {
  const message = `Nobody finished the login within ${timeout / 1000} s. Log in again; if the browser shows an error, it says why. A browser on another machine cannot come back here: paste the address that it was sent to, or use the device flow. More time: timeout (FLYTE_ADMIN_PKCE_TIMEOUT)`
  return new AuthError('FLYTE_AUTH_LOGIN_TIMEOUT', message, { grant, endpoint })
}
