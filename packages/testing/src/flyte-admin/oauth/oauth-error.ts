// How Flyte Admin's own OAuth server refuses (RFC 6749 sections 4.1.2.1 and 5.2), with the words of the fosite library behind it.
import { type HttpAnswer, jsonAnswer } from '../../http-exchange.js'

const errors = {
  invalid_request: {
    status: 400,
    description:
      'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.',
  },
  invalid_client: {
    status: 401,
    description:
      'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).',
  },
  invalid_grant: {
    status: 400,
    description:
      'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  },
  invalid_scope: { status: 400, description: 'The requested scope is invalid, unknown, or malformed.' },
  invalid_state: {
    status: 400,
    description: 'The state is missing or does not have enough characters and is therefore considered too weak.',
  },
  registration_not_supported: {
    status: 400,
    description: 'The OP does not support use of the registration parameter.',
  },
  scope_not_granted: { status: 403, description: 'The token was not granted the requested scope.' },
  server_error: {
    status: 500,
    description:
      'The authorization server encountered an unexpected condition that prevented it from fulfilling the request.',
  },
  unauthorized_client: {
    status: 400,
    description: 'The client is not authorized to request a token using this method.',
  },
  unsupported_response_mode: {
    status: 400,
    description: 'The authorization server does not support obtaining a response using this response mode.',
  },
  unsupported_response_type: {
    status: 400,
    description: 'The authorization server does not support obtaining a token using this method.',
  },
  /** What is no error of OAuth's. */
  error: { status: 500, description: 'The error is unrecognizable' },
} as const

/** The codes that the server uses. */
export type OAuthErrorCode = keyof typeof errors

/** A refusal. Its message is the `error_description`. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode
  readonly status: number

  /** @param hint What follows the description that all refusals of the code have. */
  constructor(code: OAuthErrorCode, hint?: string) {
    const { status, description } = errors[code]
    super((hint === undefined ? description : `${description} ${hint}`).replaceAll('"', "'"))
    this.code = code
    this.status = status
  }
}

/** The headers of every answer that may hold a token or a code. */
export const uncached = { 'Cache-Control': 'no-store', Pragma: 'no-cache' }

/** An answer in JSON of the token endpoint, or of the authorization endpoint where no redirect is safe. */
export function oauthJson(status: number, json: unknown): HttpAnswer {
  return jsonAnswer(status, json, { ...uncached, 'Content-Type': 'application/json;charset=UTF-8' })
}

/** A refusal in JSON. */
export function refusal({ status, code, message }: OAuthError): HttpAnswer {
  return oauthJson(status, { error: code, error_description: message })
}
