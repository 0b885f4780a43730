import { readFileSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { defined } from '@flyte-js/core'
import type { YamlReader } from '../config-file.js'
import { isForeign } from '../platform/foreign-command.js'
import { isYaml } from '../read-config-file.js'
import { type ConfigResolution, type ResolveConfigOptions, resolveConfig } from '../resolve-config.js'
import { findConfigFile } from './find-config-file.js'
import { type Whereabouts, whereToLook } from './where-to-look.js'

/** What {@link loadConfig} can be told. */
export interface LoadConfigOptions
  extends Whereabouts,
    Pick<ResolveConfigOptions, 'overrides' | 'strict' | 'trustWorkingDirectory'> {
  /** Hears of what flytekit logs as a warning. Default: Node's `process.emitWarning`. */
  onWarning?: (message: string) => void
}

/**
 * Resolves flytekit's settings from this process's environment, the files that it names, and the configuration file: the one
 * of `path` or `profile`, else the first of `FLYTECTL_CONFIG`, `./flytekit.config`, `~/.flyte/config` and
 * `~/.flyte/config.yaml`.
 *
 * @throws ConfigError when a value or the file is malformed, a file that was named is missing, a file in the working directory
 * sets a command, or, with `strict`, when a redirect leads nowhere
 *
 * @example
 * ```ts
 * import { loadConfig } from '@flyte-js/config/node'
 *
 * const { config, explain } = await loadConfig()
 * console.table(explain())
 * ```
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<ConfigResolution> {
  const { overrides, strict, trustWorkingDirectory, onWarning = warn } = options
  const places = whereToLook(options)
  const { env, workingDirectory, homeDirectory } = places
  const file = findConfigFile({ ...places, onWarning })
  // A symbolic link to the working directory, or out of it and back, makes a file no less foreign.
  const isLinked = file && isForeign(realPath(file.path), realPath(workingDirectory), realPath(homeDirectory))
  return resolveConfig({
    ...defined({ overrides, strict, trustWorkingDirectory }),
    env,
    readFile: (name) => readFile(resolve(workingDirectory, name)),
    workingDirectory: isLinked ? dirname(file.path) : workingDirectory,
    homeDirectory,
    ...(file && { file, ...(isYaml(file.path) && { yaml: await yamlReader() }) }),
  })
}

/** Loaded only when there is a YAML file: it takes as long as everything else together. */
async function yamlReader(): Promise<YamlReader> {
  const { readYaml } = await import('../yaml/index.js')
  return readYaml
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'FlyteConfigWarning' })
}

/** A file that is missing, or that we may not read, has no text: the waterfall falls through and reports it. */
function readFile(path: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch {
    return undefined
  }
}
