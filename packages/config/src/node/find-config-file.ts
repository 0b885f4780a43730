import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from '@flyte-js/core'
import type { ConfigFileText } from '../config-file.js'
import { invalidFile } from '../invalid.js'
import { type Environment, readVariable } from '../waterfall.js'
import { listProfiles, profilePath } from './profiles.js'

/** Where to look for the configuration file. */
export interface FindConfigFileOptions {
  /** The environment, for `FLYTE_PROFILE` and `FLYTECTL_CONFIG`. */
  env: Environment
  /** The file, if somebody named it. */
  path: string | undefined
  /** The profile, if somebody named it. */
  profile: string | undefined
  /** The directory that paths are relative to. */
  workingDirectory: string
  /** The directory that has `.flyte`. */
  homeDirectory: string
  /** Hears of a file that is named and is not there, where flytekit warns and goes on. */
  onWarning: (message: string) => void
}

/**
 * Finds the configuration file as flytekit does (`configuration/file.py`, `get_config_file`): the named one, that of the named
 * profile, `FLYTECTL_CONFIG`, `./flytekit.config`, `~/.flyte/config`, `~/.flyte/config.yaml`.
 *
 * @returns the first that is there; `undefined` where none is
 * @throws ConfigError when the one that was named is not there, or one that is there cannot be read
 */
export function findConfigFile(options: FindConfigFileOptions): ConfigFileText | undefined {
  const { env, path, workingDirectory, homeDirectory, onWarning } = options
  const profile = options.profile ?? (path === undefined ? readVariable(env, 'FLYTE_PROFILE') : undefined)
  if (path !== undefined && profile !== undefined) {
    throw new ConfigError('FLYTE_INVALID_ARGUMENT', 'path and profile both name a configuration file. Give one of them')
  }
  if (path !== undefined) {
    return (
      readIfThere(resolve(workingDirectory, path)) ??
      missing(`There is no configuration file ${path}. Correct its path, or name none to have one found`)
    )
  }
  if (profile) {
    return readIfThere(profilePath(homeDirectory, profile)) ?? noSuchProfile(profile, homeDirectory)
  }
  const flytectl = readVariable(env, 'FLYTECTL_CONFIG')
  if (flytectl) {
    const file = readIfThere(resolve(workingDirectory, flytectl))
    if (file !== undefined) return file
    onWarning(`FLYTECTL_CONFIG names no file that is there, so the next place is looked at: ${flytectl}`)
  }
  return (
    readIfThere(join(workingDirectory, 'flytekit.config')) ??
    readIfThere(join(homeDirectory, '.flyte', 'config')) ??
    readIfThere(join(homeDirectory, '.flyte', 'config.yaml'))
  )
}

function missing(message: string): never {
  throw new ConfigError('FLYTE_CONFIG_FILE_MISSING', message)
}

function noSuchProfile(profile: string, homeDirectory: string): never {
  const there = listProfiles({ homeDirectory })
  const advice = there.length === 0 ? 'There are no profiles' : `There are: ${there.join(', ')}`
  return missing(
    `There is no profile ${profile}, since there is no file ${profilePath(homeDirectory, profile)}. ${advice}`,
  )
}

/** The text of a file; `undefined` where there is no such file. A folder is none. */
function readIfThere(path: string): ConfigFileText | undefined {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    if (/^(ENOENT|ENOTDIR|EISDIR)$/.test(code)) return undefined
    throw invalidFile(path, `it cannot be read (${code})`)
  }
  try {
    return { path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    throw invalidFile(path, 'it is not UTF-8. Save it as UTF-8')
  }
}
