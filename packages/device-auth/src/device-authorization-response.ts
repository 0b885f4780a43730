import type { DeviceAuthorizationResponse } from 'oauth4webapi'

/** A device authorization (RFC 8628 section 3.2) that is fit to be shown and waited for. Times are milliseconds. */
export interface DeviceAuthorization {
  /** Whoever has it gets the tokens: it is never shown. */
  deviceCode: string
  userCode: string
  verificationUri: string
  verificationUriComplete?: string
  expiresIn: number
  interval: number
}

/** Between polls where the server names no interval (section 3.2). */
const defaultInterval = 5_000
/** Between polls at least: a server that names less has made a mistake, and would be flooded. */
const shortestInterval = 1_000
/** Of a code, and of a login, at most. Real ones live for minutes, and timers count no further than 24 days. */
export const longestLife: number = 24 * 60 * 60 * 1000

/**
 * A response as `oauth4webapi` takes it. Servers write what they have not as null, "" or 0 (flytectl takes such an interval for none,
 * too), and numbers as texts: it reads `expires_in` that way, but not the two members that may be missing.
 */
export function withReadableOptions(response: Response): Response {
  const read = response.json.bind(response)
  const json = async () => {
    const body = Object(await read())
    body.verification_uri_complete ||= undefined
    body.interval = Number(body.interval) || undefined
    return body
  }
  return Object.assign(response, { json })
}

/**
 * Reads a device authorization response, whose types `oauth4webapi` has checked.
 *
 * A person will open, type or scan what is in it, in a terminal or a page: URLs are http or https, and written so that nothing
 * in them is a control character; the code is short and of one line.
 *
 * @param invalid - makes the error for what is wrong
 */
export function readDeviceAuthorization(
  answer: DeviceAuthorizationResponse,
  invalid: (what: string) => Error,
): DeviceAuthorization {
  const { device_code: deviceCode, user_code: userCode, verification_uri_complete: complete } = answer
  if (!isUserCode(userCode)) throw invalid('a user_code that is too long, or not of one line')
  const verificationUri = webUrl(answer.verification_uri)
  if (verificationUri === undefined) throw invalid('a verification_uri that is no http or https URL')
  const verificationUriComplete = complete === undefined ? undefined : webUrl(complete)
  if (complete !== undefined && verificationUriComplete === undefined)
    throw invalid('a verification_uri_complete that is no http or https URL')
  const expiresIn = Math.min(answer.expires_in * 1000, longestLife)
  const interval = answer.interval === undefined ? defaultInterval : Math.max(answer.interval * 1000, shortestInterval)
  if (interval >= expiresIn) throw invalid('a code that ends (expires_in) before it may be asked for (interval)')
  return {
    deviceCode,
    userCode,
    verificationUri,
    ...(verificationUriComplete !== undefined && { verificationUriComplete }),
    expiresIn,
    interval,
  }
}

/** No control, format or unassigned character, none that breaks a line, and something to be seen. Real ones have 6 to 12 characters. */
function isUserCode(text: string): boolean {
  return /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u.test(text) && text.trim() !== ''
}

/** The URL as the standard writes it: in ASCII, percent-encoded. Undefined where a browser would not just open a page. */
function webUrl(text: string): string | undefined {
  if (text.length > 2048 || !URL.canParse(text)) return undefined
  const { protocol, username, password, href } = new URL(text)
  // A user name before the host makes one host look like another.
  return /^https?:$/.test(protocol) && username + password === '' ? href : undefined
}
