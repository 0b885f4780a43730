// The authorization response, successful or not (RFC 6749 sections 4.1.2 and 4.1.2.1). It has no `iss` (RFC 9207).
import type { HttpAnswer } from '../../http-exchange.js'
import { writeParameters } from '../form-encoding.js'
import type { ResponseTarget } from './authorization-request.js'
import { type OAuthError, refusal, uncached } from './oauth-error.js'

/** Sends the browser to the client with the code. */
export function authorizationResponse(
  target: Required<ResponseTarget>,
  parameters: Record<string, string>,
): HttpAnswer {
  return redirectToClient(target, { ...parameters, state: target.state })
}

/** Sends the browser to the client with a refusal, or shows it where the client or its redirect URI is not certain. */
export function authorizationRefusal(target: ResponseTarget, error: OAuthError): HttpAnswer {
  const { redirectUri } = target
  if (redirectUri === undefined) return refusal(error)
  return redirectToClient(
    { ...target, redirectUri },
    { error: error.code, error_description: error.message, state: target.state },
  )
}

function redirectToClient(
  { redirectUri, responseMode }: Required<ResponseTarget>,
  parameters: Record<string, string>,
): HttpAnswer {
  const url = new URL(redirectUri)
  const isQuery = responseMode === 'query'
  const own = isQuery ? Object.fromEntries(url.searchParams) : {}
  if (isQuery) url.search = ''
  return {
    status: 303,
    headers: {
      ...uncached,
      Location: `${url.href}${isQuery ? '?' : '#'}${writeParameters({ ...own, ...parameters })}`,
    },
  }
}
