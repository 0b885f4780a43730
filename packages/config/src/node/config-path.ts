import { currentDirectory } from './current-directory.js'
import { findConfigFile } from './find-config-file.js'
import { homeOf } from './home-of.js'
import type { LoadConfigOptions } from './load-config.js'

/**
 * The path of the configuration file that `loadConfig` would read; `undefined` where there is none.
 *
 * @throws ConfigError as `loadConfig`, when the file that was named is not there, or it cannot be read
 */
export function configPath(
  options: Pick<LoadConfigOptions, 'env' | 'path' | 'profile' | 'workingDirectory' | 'homeDirectory'> = {},
): string | undefined {
  const {
    env = process.env,
    path,
    profile,
    workingDirectory = currentDirectory(),
    homeDirectory = homeOf(env),
  } = options
  return findConfigFile({ env, path, profile, workingDirectory, homeDirectory, onWarning: () => {} })?.path
}
