import { brand } from './brand.js'
import type { FlyteErrorCode } from './error-code.js'
import { safeCause } from './safe-cause.js'

/** What every error of flyte-js is made with. */
export interface FlyteErrorOptions {
  /** The error behind this one. Only its name, code and harmless messages are kept: see `safeCause`. */
  cause?: unknown
}

/**
 * The base of every error that flyte-js throws, but for `AbortError`, which passes through as it is.
 *
 * A message says what is wrong and how to put it right, and never holds a token, a secret or a query string.
 *
 * @example
 * ```ts
 * import { FlyteError } from '@flyte-js/core'
 *
 * const explain = (error: unknown) => (FlyteError.isInstance(error) ? `${error.code}: ${error.message}` : String(error))
 * ```
 */
export class FlyteError extends Error {
  /** The class's name, in words: bundlers shorten the names of classes. */
  static readonly kind: string = 'FlyteError'

  /** What went wrong, for programs: a member of a closed union. */
  readonly code: FlyteErrorCode

  constructor(code: FlyteErrorCode, message: string, options: FlyteErrorOptions = {}) {
    super(message, options.cause ? { cause: safeCause(options.cause) } : undefined)
    this.name = new.target.kind
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }

  /**
   * Tells an error of flyte-js from any other, and on a subclass, one of that kind: `AuthError.isInstance(error)`.
   *
   * It goes by a registered symbol and a name, since `instanceof` fails when a program holds two copies of this package.
   */
  static isInstance<Kind extends FlyteError>(
    this: { readonly prototype: Kind; readonly kind: string },
    error: unknown,
  ): error is Kind {
    // biome-ignore lint/complexity/noThisInStatic: the class that it is called on is the question
    const { kind } = this
    return brand in Object(error) && (kind === 'FlyteError' || (error as Error).name === kind)
  }

  /** The fields that a log may hold: name, code, message and what the subclass adds; no stack, no secret. */
  toJSON(): Record<string, unknown> {
    return fieldsOf(this)
  }
}

/** A cause is one of ours or a summary without secrets: see `safeCause`. */
function fieldsOf(error: Error): Record<string, unknown> {
  const { message, cause } = error
  return { ...error, message, ...(cause instanceof Error && { cause: fieldsOf(cause) }) }
}
