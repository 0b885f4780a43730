// The authorization endpoint (RFC 6749 section 3.1), in two halves: before the person has logged in, and after.
import type { HttpAnswer, HttpRequest } from '../../http-exchange.js'
import { readParameters } from '../form-encoding.js'
import { redirect } from '../http-redirect.js'
import type { LoginSession } from '../session/login-session.js'
import { type CodeOptions, issueAuthorizationCode } from './authorization-code.js'
import { type AuthorizationRequest, type ResponseTarget, readAuthorizationRequest } from './authorization-request.js'
import { authorizationRefusal, authorizationResponse } from './authorization-response.js'
import { checkChallenge } from './code-verifier.js'
import { OAuthError } from './oauth-error.js'
import { checkRedirectSecurity } from './redirect-uri.js'
import { checkBody, isForm } from './request-body.js'

/** Where the login sends the browser back to. */
const callbackPath = '/oauth2/authorize_callback'

/** What the endpoint needs beside what codes need. */
export interface AuthorizeOptions extends CodeOptions {
  session: LoginSession
}

/** Answers a request to `/oauth2/authorize`: the request is put into a cookie while the person logs in. */
export function answerAuthorizationRequest(request: HttpRequest, options: AuthorizeOptions): HttpAnswer {
  const { path, query, method, headers, body } = request
  const read = tryToRead(() => {
    checkBody(headers)
    return readParameters(...(method === 'POST' && isForm(headers) ? [body.toString()] : []), query)
  }, options)
  if ('status' in read) return read
  const cookie = options.session.keepAuthorizationRequest(`${path}?${query}`)
  return redirect(request, 307, `/login?redirect_url=${callbackPath}`, [cookie])
}

/** Answers a request to `/oauth2/authorize_callback`: the person is known now, so that the client can be given a code. */
export async function answerAuthorizationCallback(
  request: HttpRequest,
  issuer: string,
  options: AuthorizeOptions,
): Promise<HttpAnswer> {
  const person = await options.session.personOf(request)
  const kept = options.session.keptAuthorizationRequest(request)
  if (person === undefined || kept === undefined) {
    return authorizationRefusal({ responseMode: 'query', state: '' }, new OAuthError('error'))
  }
  const read = tryToRead(() => readParameters(kept.slice(kept.indexOf('?') + 1)), options)
  if ('status' in read) return read
  try {
    if (read.responseTypes.join(' ') !== 'code') throw new OAuthError('unsupported_response_type')
    checkRedirectSecurity(read.redirectUri)
    checkChallenge(read.codeChallenge, read.codeChallengeMethod)
    return authorizationResponse(read, await issueAuthorizationCode(read, person, issuer, options))
  } catch (error) {
    if (error instanceof OAuthError) return authorizationRefusal(read, error)
    throw error
  }
}

function tryToRead(
  parameters: () => URLSearchParams,
  { clients }: AuthorizeOptions,
): AuthorizationRequest | HttpAnswer {
  const target: ResponseTarget = { responseMode: 'query', state: '' }
  try {
    return readAuthorizationRequest(parameters(), clients, target)
  } catch (error) {
    if (error instanceof OAuthError) return authorizationRefusal(target, error)
    throw error
  }
}
