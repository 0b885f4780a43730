import { findConfigFile } from './find-config-file.js'
import { type Whereabouts, whereToLook } from './where-to-look.js'

/**
 * The path of the configuration file that `loadConfig` would read; `undefined` where there is none.
 *
 * @throws ConfigError as `loadConfig`, when the file that was named is not there, or it cannot be read
 */
export function configPath(options: Whereabouts = {}): string | undefined {
  return findConfigFile({ ...whereToLook(options), onWarning: () => {} })?.path
}
