// The body of a request to an OAuth endpoint.
import { OAuthError } from './oauth-error.js'

/** Throws for a kind of body that the endpoints do not read. */
export function checkBody(headers: Record<string, string>): void {
  if (!contentTypeOf(headers).startsWith('multipart/form-data')) return
  throw new OAuthError(
    'invalid_request',
    'Unable to parse HTTP body, make sure to send a properly formatted form request body.',
  )
}

/** Whether the body is a form. */
export function isForm(headers: Record<string, string>): boolean {
  return contentTypeOf(headers).startsWith('application/x-www-form-urlencoded')
}

function contentTypeOf(headers: Record<string, string>): string {
  return headers['content-type'] ?? ''
}
