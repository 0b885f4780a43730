// The token endpoint of Flyte Admin's own OAuth server (RFC 6749 section 3.2).
import type { HttpAnswer, HttpRequest } from '../../http-exchange.js'
import { readParameters } from '../form-encoding.js'
import { exchangeAuthorizationCode } from './authorization-code.js'
import { authenticateClient } from './client-authentication.js'
import { grantClientCredentials } from './client-credentials.js'
import type { GrantOptions } from './grant.js'
import { OAuthError, oauthJson, refusal } from './oauth-error.js'
import { refreshAccessToken } from './refresh.js'
import { checkBody, isForm } from './request-body.js'
import { spaceSeparated } from './requested-access.js'

const grants = {
  client_credentials: grantClientCredentials,
  authorization_code: exchangeAuthorizationCode,
  refresh_token: refreshAccessToken,
}

/**
 * Answers a request to `/oauth2/token`.
 *
 * @param issuer The issuer for the host that was asked: the audience of the token.
 */
export async function answerTokenRequest(
  request: HttpRequest,
  issuer: string,
  options: GrantOptions,
): Promise<HttpAnswer> {
  try {
    const form = readForm(request)
    const grantType = grantTypeOf(form)
    const client = authenticateClient(request.headers.authorization, form, options.clients)
    return oauthJson(200, await grants[grantType](client, form, issuer, options))
  } catch (error) {
    if (error instanceof OAuthError) return refusal(error)
    throw error
  }
}

function readForm({ method, headers, body }: HttpRequest): URLSearchParams {
  if (method !== 'POST') throw new OAuthError('invalid_request', `HTTP method is '${method}', expected 'POST'.`)
  checkBody(headers)
  const form = readParameters(isForm(headers) ? body.toString() : '')
  if (form.size === 0) throw new OAuthError('invalid_request', 'The POST body can not be empty.')
  return form
}

function grantTypeOf(form: URLSearchParams): keyof typeof grants {
  const grantTypes = spaceSeparated(form.get('grant_type'))
  if (grantTypes.length === 0) throw new OAuthError('invalid_request', `Request parameter 'grant_type' is missing`)
  const [grantType = ''] = grantTypes.length === 1 ? grantTypes : []
  if (!Object.hasOwn(grants, grantType)) {
    throw new OAuthError(
      'invalid_request',
      'Make sure that the various parameters are correct, be aware of case sensitivity and trim your parameters. Make sure that the client you are using has exactly whitelisted the redirect_uri you specified.',
    )
  }
  return grantType as keyof typeof grants
}
