import { type PublicClient, type PublicClientOptions, publicClientGrant, withTimeLimit } from '@flyte-js/auth'
import { AuthError, defined, type Grant, type GrantContext, type TokenSet } from '@flyte-js/core'
import { deviceCodeGrantType, requestAccessToken } from './device-access-token-request.js'
import { type RequestOptions, requestDeviceAuthorization } from './device-authorization-request.js'
import type { DeviceAuthorization } from './device-authorization-response.js'
import { longestLife } from './device-authorization-response.js'
import { createCodeChallenge, wantsCodeChallenge } from './device-pkce.js'
import { pollForTokens } from './polling.js'
import { type DevicePrompt, whilePrompting } from './user-interaction.js'

/** What {@link deviceLogin} needs. */
export interface DeviceLoginOptions extends PublicClientOptions {
  /**
   * Shows a person where to go and what to type there. It is called once in each login, before the server is asked for tokens.
   *
   * What it throws, or rejects with, ends the login: nobody has seen the code. Nobody waits for it otherwise, so that a dialog
   * may stay open until the login is done.
   */
  onPrompt(prompt: DevicePrompt): void | Promise<void>
  /** Whether to ask for a refresh token. Default: as the scopes say. */
  offline?: boolean
  /** Milliseconds until a login is given up. Default, and at most: the life of the code, as the server says. */
  timeout?: number
}

/**
 * The device authorization grant (RFC 8628): a person logs in with the browser of any device, where this one has none.
 *
 * Flyte Admin's own authorization server has no device flow; the external one that it relays may have. The audience goes into
 * the device authorization request, as flytekit and flytectl send it, since Auth0 wants it there; RFC 8628 has none.
 *
 * @returns a grant that asks a person, for `createTokenManager`. It throws AuthErrors: `FLYTE_AUTH_LOGIN_UNAVAILABLE` where the
 * server has no device flow, `FLYTE_AUTH_LOGIN_TIMEOUT` where nobody confirmed the login in time, `FLYTE_AUTH_GRANT_REFUSED`
 * with the server's `error` (`access_denied`: the person said no), `FLYTE_AUTH_SERVER_UNREACHABLE`, `FLYTE_AUTH_RESPONSE_INVALID`
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` for a timeout that is none
 *
 * @example
 * ```ts
 * import { createTokenManager } from '@flyte-js/auth'
 * import { deviceLogin } from '@flyte-js/device-auth'
 *
 * const grant = deviceLogin({
 *   endpoint: 'https://flyte.example.com',
 *   onPrompt: ({ verificationUri, verificationUriComplete = verificationUri, userCode }) =>
 *     console.error(`Open ${verificationUriComplete} and confirm the code ${userCode}`),
 * })
 * const { accessToken } = await createTokenManager({ grant }).getToken()
 * ```
 */
export function deviceLogin(options: DeviceLoginOptions): Grant {
  const { timeout = longestLife } = options
  if (!(timeout > 0)) {
    const message =
      'timeout is no time: give milliseconds, or leave it out for the life of the code (FLYTE_ADMIN_DEVICE_FLOW_TIMEOUT)'
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message, { grant: deviceCodeGrantType })
  }
  return publicClientGrant(options, {
    type: deviceCodeGrantType,
    logIn: async (findClient, context) =>
      logIn(await findClient(), { ...options, timeout: Math.min(timeout, longestLife) }, context),
  })
}

/** One login, in the order of RFC 8628 section 3. */
async function logIn(
  client: PublicClient,
  options: DeviceLoginOptions & { timeout: number },
  context: GrantContext,
): Promise<TokenSet> {
  const { onPrompt, timeout, fetch } = options
  const { clock, onEvent = options.onEvent } = context
  const ending = defined({ signal: context.signal })
  // The code's life counts from before the request, so that a slow answer errs on the safe side.
  const start = clock.monotonic()
  const now = clock.now()

  // 3.1. Device Authorization Request, 3.2. Device Authorization Response
  const { deviceCode, expiresIn, interval, codeVerifier, ...shown } = await withTimeLimit(
    (signal) => authorizeDevice(client, { signal, ...defined({ fetch }) }),
    { what: 'the device authorization request', milliseconds: timeout, clock, ...ending },
  )
  const life = Math.min(expiresIn, timeout)

  // 3.3. User Interaction
  return whilePrompting(onPrompt, { ...shown, expiresAt: now + life }, context.signal, (signal) =>
    // 3.4. Device Access Token Request, 3.5. Device Access Token Response
    pollForTokens({
      requestTokens: (signal, onRetryAfter) =>
        requestAccessToken(client, deviceCode, { clock, signal, onRetryAfter, ...defined({ fetch, codeVerifier }) }),
      interval,
      expiresAt: start + life,
      timedOut: (cause) => timedOut(life, { isCodeOver: life === expiresIn, cause }),
      clock,
      signal,
      ...defined({ onEvent }),
    }),
  )
}

/** Asks for the codes; once more with a code challenge where the server wants one of this client. */
async function authorizeDevice(
  client: PublicClient,
  options: RequestOptions,
): Promise<DeviceAuthorization & { codeVerifier?: string }> {
  try {
    return await requestDeviceAuthorization(client, options)
  } catch (error) {
    if (!wantsCodeChallenge(error)) throw error
    const codeChallenge = await createCodeChallenge()
    const authorization = await requestDeviceAuthorization(client, { ...options, codeChallenge })
    return { ...authorization, codeVerifier: codeChallenge.codeVerifier }
  }
}

/** @param cause - why the server could not be asked at last, where it could not */
function timedOut(milliseconds: number, { isCodeOver, cause }: { isCodeOver: boolean; cause?: unknown }): AuthError {
  const end = isCodeOver ? 'when its code ended' : 'the timeout that was given'
  const cure = isCodeOver
    ? 'confirm it sooner'
    : 'confirm it sooner, or give it a longer timeout (FLYTE_ADMIN_DEVICE_FLOW_TIMEOUT)'
  const trouble = cause instanceof Error ? `. At last the server could not be asked: ${cause.message}` : ''
  const message = `Nobody confirmed the login within ${milliseconds / 1000} s, ${end}. Log in again and ${cure}${trouble}`
  return new AuthError('FLYTE_AUTH_LOGIN_TIMEOUT', message, { grant: deviceCodeGrantType, cause })
}
