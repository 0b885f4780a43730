import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '@flyte-js/core'
import { homeOf } from './home-of.js'

/**
 * The profiles that there are: `~/.flyte/config.<profile>.yaml`.
 *
 * @param options - `homeDirectory`: the directory that has `.flyte`. Default: the user's own
 * @returns their names, in alphabetical order
 *
 * @example
 * ```ts
 * import { listProfiles, loadConfig } from '@flyte-js/config/node'
 *
 * for (const profile of listProfiles()) {
 *   const { config } = await loadConfig({ profile })
 *   console.log(profile, config.platform.url)
 * }
 * ```
 */
export function listProfiles({ homeDirectory = homeOf(process.env) }: { homeDirectory?: string } = {}): string[] {
  let names: string[]
  try {
    names = readdirSync(join(homeDirectory, '.flyte'))
  } catch {
    // Nobody has used Flyte here yet.
    return []
  }
  return names.flatMap((name) => /^config\.([\w-][\w.-]*)\.yaml$/.exec(name)?.[1] ?? []).sort()
}

/**
 * The file of a profile.
 *
 * @param homeDirectory - in which `.flyte` is
 * @param profile - its name: the file is `config.<profile>.yaml`
 * @throws ConfigError for a name that would lead out of the folder
 *
 * @example
 * ```ts
 * import { homedir } from 'node:os'
 * import { profilePath } from '@flyte-js/config/node'
 *
 * profilePath(homedir(), 'staging') // ~/.flyte/config.staging.yaml
 * ```
 */
export function profilePath(homeDirectory: string, profile: string): string {
  if (/^[\w-][\w.-]*$/.test(profile)) return join(homeDirectory, '.flyte', `config.${profile}.yaml`)
  throw new ConfigError(
    'FLYTE_CONFIG_INVALID',
    'A profile is named with letters, digits, and . _ - between them. Correct FLYTE_PROFILE, or the option profile',
  )
}
