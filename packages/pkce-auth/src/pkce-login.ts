import {
  type AuthorizationServer,
  authorizationUrl,
  createAttempt,
  exchangeCode,
  isAnswerTo,
  type PkceAttempt,
  readResponse,
} from '@flyte-js/auth'
import { AuthError, type Clock, defined, type Fetch, systemClock, type TokenSet } from '@flyte-js/core'
import { None } from 'oauth4webapi'

const grant = 'authorization_code'

/** What else there is for a server without PKCE. */
const cure = 'Use the device flow where it has one, or client credentials (FLYTE_CREDENTIALS_AUTH_MODE=basic)'

/** What {@link createPkceLogin} needs. */
export interface PkceLoginOptions {
  /** The authorization server, as `discoverAuthorizationServer` of `@flyte-js/auth` gives it. */
  server: AuthorizationServer
  /** The public client's id. */
  clientId: string
  /** Where the answer goes, letter by letter as it is registered at the server. */
  redirectUri: string
  /** The scopes to ask for. Default: none, so that the server decides. */
  scopes?: readonly string[]
  /** The audience to ask for, where the server wants one. Default: none is sent. */
  audience?: string
  /** Further parameters of the authorization request, e.g. `{ prompt: 'login' }`. */
  parameters?: Readonly<Record<string, string>>
  /** Who asks. Default: the platform's fetch with a timeout of 15 s. */
  fetch?: Fetch
}

/** How {@link PkceLogin.finish} may be ended, and by which clock `expires_in` becomes a time. */
export interface FinishOptions {
  /** Ends the exchange. */
  signal?: AbortSignal
  /** Default: the system's. */
  clock?: Clock
}

/** One attempt to log in: one verifier, one state, one use. */
export interface PkceLogin {
  /** Where a person logs in. */
  readonly authorizationUrl: string
  /** Where the answer goes. */
  readonly redirectUri: string
  /** What must be remembered where the answer comes after this program's end, as in a page. It holds a secret. */
  readonly attempt: PkceAttempt
  /** Whether a URL is an answer to this attempt, whatever it says. */
  isAnswer(url: string | URL): boolean
  /** Whether an answer has ended this attempt: true from the very call of `finish` on that takes it. */
  isUsed(): boolean
  /**
   * Finishes from the URL that the server sent the browser to: checks state (RFC 6749 section 10.12), issuer (RFC 9207) and
   * error, and exchanges the code (RFC 6749 section 4.1.3). A URL that is no answer leaves the attempt as it was; an answer
   * ends it, before anything is awaited.
   *
   * @throws AuthError `FLYTE_AUTH_STATE_MISMATCH` for a URL that is no answer, `FLYTE_AUTH_CALLBACK_REPLAYED` for a second one,
   * `FLYTE_AUTH_ISSUER_MISMATCH`, `FLYTE_AUTH_GRANT_REFUSED`, `FLYTE_AUTH_RESPONSE_INVALID`, `FLYTE_AUTH_SERVER_UNREACHABLE`
   */
  finish(url: string | URL, options?: FinishOptions): Promise<TokenSet>
}

/**
 * Begins one login by the authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636), for a public client.
 *
 * It opens no browser and listens nowhere: `@flyte-js/pkce-auth/node` and `@flyte-js/pkce-auth/browser` do that.
 *
 * @throws AuthError `FLYTE_AUTH_LOGIN_UNAVAILABLE` where the server has no authorization endpoint, or no S256,
 * `FLYTE_INVALID_ARGUMENT`
 *
 * @example
 * ```ts
 * import { discoverAuthorizationServer } from '@flyte-js/auth'
 * import { createPkceLogin } from '@flyte-js/pkce-auth'
 *
 * const server = await discoverAuthorizationServer({ endpoint: 'https://flyte.example.com' })
 * const redirectUri = 'http://localhost:53593/callback'
 * const login = await createPkceLogin({ server, clientId: 'flytectl', redirectUri, scopes: ['all', 'offline'] })
 * console.log(login.authorizationUrl)
 * // … a person logs in, and the browser is sent to the redirect URI with an answer
 * const tokenSet = await login.finish(`${redirectUri}?code=…&state=…`)
 * ```
 */
export async function createPkceLogin(options: PkceLoginOptions): Promise<PkceLogin> {
  const { server, clientId, redirectUri, scopes = [], audience, parameters, fetch } = options
  if (clientId === '') throw new AuthError('FLYTE_INVALID_ARGUMENT', 'clientId is empty', { grant })
  if (!URL.canParse(redirectUri) || redirectUri.includes('#')) {
    const message = 'The redirect URI must be an absolute URL without a fragment (RFC 6749 section 3.1.2)'
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message, { grant })
  }
  const attempt = createAttempt({ server, clientId, redirectUri, scopes })
  const url = await authorizationUrl(attempt, { server, scopes, audience, parameters, cure })
  return { authorizationUrl: url, ...resumePkceLogin(attempt, { server, ...defined({ fetch }) }) }
}

/**
 * Takes an attempt up again that was begun before, as a page does after the server has sent the browser back to it.
 *
 * Whoever kept the attempt must have let go of it before: it can be used once.
 *
 * @throws AuthError `FLYTE_AUTH_ISSUER_MISMATCH` where another server was asked than is known now
 */
export function resumePkceLogin(
  attempt: PkceAttempt,
  { server, fetch }: Pick<PkceLoginOptions, 'server' | 'fetch'>,
): Omit<PkceLogin, 'authorizationUrl'> {
  if (attempt.issuer !== server.issuer) {
    const message =
      'This login was begun at another authorization server than Flyte Admin names now. Its code was sent nowhere. Log in again'
    throw new AuthError('FLYTE_AUTH_ISSUER_MISMATCH', message, { grant, endpoint: server.issuer })
  }
  let isConsumed = false

  /** All that is checked before the first `await`: two callers can never both come through. */
  function consume(url: URL): string {
    if (!isAnswerTo(attempt, url)) {
      const message =
        'The callback is no answer to this login: its state or its address is another. It was refused. Finish the login that is under way, or log in again'
      throw new AuthError('FLYTE_AUTH_STATE_MISMATCH', message, { grant, endpoint: attempt.redirectUri })
    }
    if (isConsumed) {
      const message = 'The callback was used before, and can be used once. It was refused. Log in again'
      throw new AuthError('FLYTE_AUTH_CALLBACK_REPLAYED', message, { grant, endpoint: attempt.redirectUri })
    }
    const answer = readResponse(attempt, url, server)
    isConsumed = true
    if (typeof answer === 'string') return answer
    throw answer
  }

  return {
    attempt,
    redirectUri: attempt.redirectUri,
    isAnswer: (url) => URL.canParse(url) && isAnswerTo(attempt, new URL(url)),
    isUsed: () => isConsumed,
    async finish(url, options = {}) {
      if (!URL.canParse(url)) {
        const message = 'The callback is no absolute URL. Give the whole address that the browser was sent to'
        throw new AuthError('FLYTE_INVALID_ARGUMENT', message, { grant })
      }
      const { signal, clock = systemClock } = options
      const code = consume(new URL(url))
      return exchangeCode(attempt, code, { server, clientAuth: None(), clock, ...defined({ signal, fetch }) })
    },
  }
}
