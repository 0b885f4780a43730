import { findConfigFile } from './find-config-file.js'
import { type Whereabouts, whereToLook } from './where-to-look.js'

/**
 * The path of the configuration file that `loadConfig` would read; `undefined` where there is none.
 *
 * @throws ConfigError as `loadConfig`, when the file that was named is not there, or it cannot be read
 *
 * @example
 * ```ts
 * import { configPath } from '@flyte-js/config/node'
 *
 * console.log(configPath() ?? 'there is no configuration file')
 * ```
 */
export function configPath(options: Whereabouts = {}): string | undefined {
  return findConfigFile({ ...whereToLook(options), onWarning: () => {} })?.path
}
