import { currentDirectory } from './current-directory.js'
import { homeOf } from './home-of.js'
import type { LoadConfigOptions } from './load-config.js'

/** What says where a configuration file may be. */
export type Whereabouts = Pick<LoadConfigOptions, 'env' | 'path' | 'profile' | 'workingDirectory' | 'homeDirectory'>

/** The places of this process, where nothing else was said. */
export function whereToLook(options: Whereabouts) {
  const { env = process.env, path, profile, workingDirectory = currentDirectory() } = options
  const { homeDirectory = homeOf(env) } = options
  return { env, path, profile, workingDirectory, homeDirectory }
}
