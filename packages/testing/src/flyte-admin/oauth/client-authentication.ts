// Which client asks the token endpoint (RFC 6749 sections 2.3 and 3.2.1).
import type { AdminClient } from '../clients.js'
import { OAuthError } from './oauth-error.js'

/**
 * Finds the client of a request to the token endpoint and checks its secret. A public client is known by its `client_id` alone.
 *
 * @throws An {@link OAuthError}. A wrong secret and an unknown client look the same.
 */
export function authenticateClient(
  authorization: string | undefined,
  form: URLSearchParams,
  clients: readonly AdminClient[],
): AdminClient {
  const assertionType = form.get('client_assertion_type') ?? ''
  if (assertionType !== '') throw new OAuthError('invalid_request', `Unknown client_assertion_type '${assertionType}'.`)
  const basic = basicCredentials(authorization)
  const id = basic === undefined ? (form.get('client_id') ?? '') : formDecode(basic.id)
  const secret = basic === undefined ? (form.get('client_secret') ?? '') : formDecode(basic.secret)
  if (id === undefined || secret === undefined) {
    const part = id === undefined ? 'id' : 'secret'
    throw new OAuthError(
      'invalid_request',
      `The client ${part} in the HTTP authorization header could not be decoded from 'application/x-www-form-urlencoded'.`,
    )
  }
  if (basic === undefined && id === '') {
    throw new OAuthError(
      'invalid_request',
      'Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.',
    )
  }
  const client = clients.find((candidate) => candidate.id === id)
  const isRight = client !== undefined && (client.secret === undefined || client.secret === secret)
  if (!isRight) throw new OAuthError('invalid_client')
  return client
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
