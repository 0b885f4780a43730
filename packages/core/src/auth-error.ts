import { defined } from './defined.js'
import type { FlyteErrorCode } from './error-code.js'
import { FlyteError, type FlyteErrorOptions } from './flyte-error.js'
import { originAndPath } from './redact.js'

/** What an {@link AuthError} is made with. */
export interface AuthErrorOptions extends FlyteErrorOptions {
  /** The grant's type, e.g. `client_credentials`. */
  grant?: string
  /** The server's `error` (RFC 6749 section 5.2), e.g. `invalid_client`. */
  oauthError?: string
  /** The server's `error_description`, for people. */
  oauthErrorDescription?: string
  /** The URL that was asked; only its origin and path are kept. */
  endpoint?: string | URL
  /** The HTTP status that came, where one did. */
  status?: number
}

/** A login, a renewal or a discovery failed. `oauthError` is the server's own word for it, where it said one. */
export class AuthError extends FlyteError {
  static override readonly kind: string = 'AuthError'

  /** The grant's type, e.g. `client_credentials`. */
  declare readonly grant?: string
  /** The server's `error` (RFC 6749 section 5.2), e.g. `invalid_client`. */
  declare readonly oauthError?: string
  /** The server's `error_description`, for people. */
  declare readonly oauthErrorDescription?: string
  /** Origin and path of the URL that was asked. */
  declare readonly endpoint?: string
  /** The HTTP status that came, where one did. */
  declare readonly status?: number

  constructor(code: FlyteErrorCode, message: string, options: AuthErrorOptions = {}) {
    super(code, message, options)
    const { grant, oauthError, oauthErrorDescription, endpoint, status } = options
    Object.assign(
      this,
      defined({ grant, oauthError, oauthErrorDescription, endpoint: endpoint && originAndPath(endpoint), status }),
    )
  }
}
