import type { FlyteErrorCode } from './error-code.js'
import { FlyteError, type FlyteErrorOptions } from './flyte-error.js'

/** What a {@link TokenStoreError} is made with. */
export interface TokenStoreErrorOptions extends FlyteErrorOptions {
  /** The store, by the name of its subpath, e.g. `file`. */
  store: string
}

/** A token store could not read, write or lock. What it held before is still there. */
export class TokenStoreError extends FlyteError {
  static override readonly kind: string = 'TokenStoreError'

  /** The store, by the name of its subpath, e.g. `file`. */
  declare readonly store: string

  constructor(code: FlyteErrorCode, message: string, options: TokenStoreErrorOptions) {
    super(code, message, options)
    this.store = options.store
  }
}
