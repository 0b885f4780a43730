import type { FlyteErrorCode } from './error-code.js'
import { FlyteError, type FlyteErrorOptions } from './flyte-error.js'

/** What a {@link ConfigError} is made with. */
export interface ConfigErrorOptions extends FlyteErrorOptions {
  /** The setting, as `section.option`. */
  setting?: string
  /** Every place that was looked at, in order. */
  tried?: readonly string[]
}

/** A setting is missing, malformed or contradicts another. `tried` lists every place that was looked at, in order. */
export class ConfigError extends FlyteError {
  static override readonly kind: string = 'ConfigError'

  /** The setting, as `section.option`, e.g. `credentials.client_id`. */
  declare readonly setting?: string
  /** Every place that was looked at, in order, e.g. `environment FLYTE_CREDENTIALS_CLIENT_ID (not set)`. */
  readonly tried: readonly string[]

  constructor(code: FlyteErrorCode, message: string, { setting, tried = [], ...options }: ConfigErrorOptions = {}) {
    super(code, message, options)
    if (setting !== undefined) this.setting = setting
    this.tried = tried
  }
}
