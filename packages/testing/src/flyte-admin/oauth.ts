// The token endpoint of Flyte Admin's own OAuth server (RFC 6749 section 3.2), with the words of the fosite library behind it.
import type { TokenKey } from './access-token.js'
import { type AdminClient, grantTypesOf, scopesOf } from './clients.js'

/** What a request to the token endpoint brings. */
export interface TokenRequest {
  method: string
  headers: Record<string, string>
  body: string
  /** The issuer for the host that was asked: the audience of the token. */
  issuer: string
}

/** What the token endpoint answers: JSON with a status. */
export interface TokenResponse {
  status: number
  json: Record<string, unknown>
}

/** What the token endpoint needs to know. */
export interface TokenEndpointOptions {
  clients: readonly AdminClient[]
  key: TokenKey
  now(): number
  /** Of the access tokens, in seconds. */
  accessTokenLifetime: number
}

const descriptions = {
  invalid_request:
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.',
  invalid_client:
    'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).',
  invalid_grant:
    'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  invalid_scope: 'The requested scope is invalid, unknown, or malformed.',
  unauthorized_client: 'The client is not authorized to request a token using this method.',
  server_error:
    'The authorization server encountered an unexpected condition that prevented it from fulfilling the request.',
} as const

type TokenErrorCode = keyof typeof descriptions

const parameterHint =
  'Make sure that the various parameters are correct, be aware of case sensitivity and trim your parameters. Make sure that the client you are using has exactly whitelisted the redirect_uri you specified.'

/** Answers a request to `/oauth2/token`. */
export async function answerTokenRequest(request: TokenRequest, options: TokenEndpointOptions): Promise<TokenResponse> {
  if (request.method !== 'POST')
    return refuse('invalid_request', `HTTP method is '${request.method}', expected 'POST'.`)
  const contentType = request.headers['content-type'] ?? ''
  if (contentType.startsWith('multipart/form-data')) {
    return refuse(
      'invalid_request',
      'Unable to parse HTTP body, make sure to send a properly formatted form request body.',
    )
  }
  // Go drops a part that it cannot read.
  const isForm = contentType.startsWith('application/x-www-form-urlencoded')
  const parts = request.body.split('&').filter((part) => !part.includes(';') && !/%(?![0-9a-fA-F]{2})/.test(part))
  const form = new URLSearchParams(isForm ? parts.join('&') : '')
  if (form.size === 0) return refuse('invalid_request', 'The POST body can not be empty.')
  const grantTypes = (form.get('grant_type') ?? '').split(' ').filter((grantType) => grantType !== '')
  if (grantTypes.length === 0) return refuse('invalid_request', `Request parameter 'grant_type' is missing`)

  const grantType = grantTypes.length === 1 ? (grantTypes[0] as string) : ''
  if (!['client_credentials', 'authorization_code', 'refresh_token'].includes(grantType)) {
    return refuse('invalid_request', parameterHint)
  }
  const client = authenticateClient(request, form, options.clients)
  if ('status' in client) return client
  return grantType === 'client_credentials'
    ? grantClientCredentials(client, form, request.issuer, options)
    : refuseOtherGrant(client, grantType)
}

async function grantClientCredentials(
  client: AdminClient,
  form: URLSearchParams,
  issuer: string,
  { key, now, accessTokenLifetime }: TokenEndpointOptions,
): Promise<TokenResponse> {
  const grantType = 'client_credentials'
  const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  const forbidden = scopes.find((scope) => !scopesOf(client).includes(scope))
  if (forbidden !== undefined) {
    return refuse('invalid_scope', `The OAuth 2.0 Client is not allowed to request scope '${forbidden}'.`)
  }
  const audiences = form.getAll('audience').flatMap((audience) => audience.split(' ').filter((part) => part !== ''))
  const unlisted = audiences.find((audience) => !(client.audiences ?? []).includes(audience))
  if (unlisted !== undefined) {
    return refuse(
      'invalid_request',
      `Requested audience '${unlisted}' has not been whitelisted by the OAuth 2.0 Client.`,
    )
  }
  if (client.secret === undefined) {
    return refuse(
      'invalid_grant',
      `The OAuth 2.0 Client is marked as public and is thus not allowed to use authorization grant '${grantType}'.`,
    )
  }
  if (!grantTypesOf(client).includes(grantType)) return refuseGrantType(grantType)

  const issuedAt = Math.floor(now() / 1000)
  const accessToken = await key.sign({
    aud: [issuer],
    client_id: '',
    exp: issuedAt + accessTokenLifetime + 1,
    iat: issuedAt,
    scp: scopes,
    user_info: null,
  })
  return {
    status: 200,
    json: { access_token: accessToken, expires_in: accessTokenLifetime, scope: scopes.join(' '), token_type: 'bearer' },
  }
}

/** No code and no refresh token is ever handed out here, so whatever is sent is garbage: the real one answers 500, not `invalid_grant`. */
function refuseOtherGrant(client: AdminClient, grantType: string): TokenResponse {
  return grantTypesOf(client).includes(grantType) ? refuse('server_error') : refuseGrantType(grantType)
}

function refuseGrantType(grantType: string): TokenResponse {
  return refuse('unauthorized_client', `The OAuth 2.0 Client is not allowed to use authorization grant '${grantType}'.`)
}

function authenticateClient(
  { headers }: TokenRequest,
  form: URLSearchParams,
  clients: readonly AdminClient[],
): AdminClient | TokenResponse {
  const basic = basicCredentials(headers.authorization)
  const id = basic === undefined ? (form.get('client_id') ?? '') : formDecode(basic.id)
  const secret = basic === undefined ? (form.get('client_secret') ?? '') : formDecode(basic.secret)
  if (id === undefined || secret === undefined) {
    const part = id === undefined ? 'id' : 'secret'
    return refuse(
      'invalid_request',
      `The client ${part} in the HTTP authorization header could not be decoded from 'application/x-www-form-urlencoded'.`,
    )
  }
  if (id === '') {
    return refuse(
      'invalid_request',
      'Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.',
    )
  }
  const client = clients.find((candidate) => candidate.id === id)
  const isRight = client !== undefined && (client.secret === undefined || client.secret === secret)
  return isRight ? client : refuse('invalid_client')
}

/** The two halves of a Basic header, still encoded; `undefined` when there is none. */
function basicCredentials(header: string | undefined): { id: string; secret: string } | undefined {
  const match = /^basic (.*)$/i.exec(header ?? '')
  const decoded = match === null ? '' : Buffer.from(match[1] as string, 'base64').toString()
  const separator = decoded.indexOf(':')
  if (separator === -1) return undefined
  return { id: decoded.slice(0, separator), secret: decoded.slice(separator + 1) }
}

/** Undoes the encoding of RFC 6749 section 2.3.1; `undefined` when it is broken. */
function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function refuse(error: TokenErrorCode, hint?: string): TokenResponse {
  const description = hint === undefined ? descriptions[error] : `${descriptions[error]} ${hint}`
  const status = error === 'invalid_client' ? 401 : error === 'server_error' ? 500 : 400
  return { status, json: { error, error_description: description } }
}
