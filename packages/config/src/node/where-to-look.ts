import type { ResolveConfigOptions } from '../resolve-config.js'
import { currentDirectory } from './current-directory.js'
import { homeOf } from './home-of.js'

/** What says where a configuration file may be. */
export interface Whereabouts {
  /** The environment. Default: the process's own. */
  env?: ResolveConfigOptions['env']
  /** The configuration file. Default: the first that is found. */
  path?: string
  /** The profile: `~/.flyte/config.<profile>.yaml`. Default: the variable `FLYTE_PROFILE`. */
  profile?: string
  /** The directory that has `flytekit.config`, and that paths are relative to. Default: the process's own. */
  workingDirectory?: string
  /** The directory that has `.flyte`. Default: the environment's `HOME`, else the user's own. */
  homeDirectory?: string
}

/** The places of this process, where nothing else was said. */
export function whereToLook(options: Whereabouts) {
  const { env = process.env, path, profile, workingDirectory = currentDirectory() } = options
  const { homeDirectory = homeOf(env) } = options
  return { env, path, profile, workingDirectory, homeDirectory }
}
