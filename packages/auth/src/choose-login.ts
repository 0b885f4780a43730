import { AuthError } from '@flyte-js/core'

/** What is at hand for asking a person to log in. */
export interface LoginSurroundings {
  /** Whether a person can read and type here. */
  isTerminal: boolean
  /** Whether a browser can be started here, and why (not), in words. */
  browser: { isAtHand: boolean; reason: string }
  /** Whether the authorization server advertises an authorization endpoint. */
  hasAuthorizationEndpoint: boolean
  /** Whether the authorization server advertises a device authorization endpoint. */
  hasDeviceFlow: boolean
}

/** How a person is asked to log in. */
export type LoginFlow =
  /** A browser is started; the answer comes back by a loopback redirect. */
  | 'pkce'
  /** The URL is printed; the answer comes back by a loopback redirect, or is pasted. */
  | 'pkce-printed'
  /** A short code is printed, to be typed in on any other device. */
  | 'device'
  /** Nobody can be asked. */
  | 'none'

/** A choice, and one reason for each thing that was looked at. */
export interface LoginChoice {
  /** The way that was chosen. */
  flow: LoginFlow
  /** One sentence for each thing that was looked at. */
  reasons: readonly string[]
}

/**
 * Chooses how to ask a person to log in, where nothing but "standard" was asked for: by a browser that is at hand; else at a
 * terminal, on another device where the server allows it, or by a printed URL; else not at all.
 *
 * It is pure: what is at hand is told to it.
 *
 * @example
 * ```ts
 * import { chooseLogin } from '@flyte-js/auth'
 *
 * const { flow, reasons } = chooseLogin({
 *   isTerminal: true,
 *   browser: { isAtHand: false, reason: 'over SSH (SSH_CONNECTION) no browser is started' },
 *   hasAuthorizationEndpoint: true,
 *   hasDeviceFlow: true,
 * })
 * // flow is 'device'
 * ```
 */
export function chooseLogin(surroundings: LoginSurroundings): LoginChoice {
  const { isTerminal, browser, hasAuthorizationEndpoint, hasDeviceFlow } = surroundings
  const reasons = [
    browser.reason,
    isTerminal ? 'there is a terminal' : 'there is no terminal where a person could read and type',
    hasAuthorizationEndpoint
      ? 'the authorization server has an authorization endpoint'
      : 'the authorization server advertises no authorization endpoint',
    hasDeviceFlow ? 'the authorization server has the device flow' : 'the authorization server has no device flow',
  ]
  return { flow: flowFor(surroundings), reasons }
}

function flowFor({ isTerminal, browser, hasAuthorizationEndpoint, hasDeviceFlow }: LoginSurroundings): LoginFlow {
  if (browser.isAtHand && hasAuthorizationEndpoint) return 'pkce'
  if (!isTerminal) return 'none'
  if (hasDeviceFlow) return 'device'
  return hasAuthorizationEndpoint ? 'pkce-printed' : 'none'
}

/** The error where nobody can be asked: it says why, and every way that is left. */
export function loginUnavailable({ reasons }: LoginChoice): AuthError {
  const message = `Nobody can be asked to log in here: ${reasons.join('; ')}. In CI and services log in by client credentials: set FLYTE_CREDENTIALS_AUTH_MODE=basic, FLYTE_CREDENTIALS_CLIENT_ID and FLYTE_CREDENTIALS_CLIENT_SECRET (or its redirects, FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR and FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE). Or log in once at a terminal, into a store that this process shares, or set BROWSER to a command that shows a URL to a person`
  return new AuthError('FLYTE_AUTH_LOGIN_UNAVAILABLE', message)
}
