import { readFileSync } from 'node:fs'
import { type ConfigResolution, type ResolveConfigOptions, resolveConfig } from '../resolve-config.js'

/** What {@link loadConfig} can be told. */
export interface LoadConfigOptions extends Pick<ResolveConfigOptions, 'overrides' | 'strict'> {
  /** The environment. Default: the process's own. */
  env?: ResolveConfigOptions['env']
}

/**
 * Resolves flytekit's settings from this process's environment and the files that it names.
 *
 * @throws ConfigError when a value is malformed, or, with `strict`, when a redirect leads nowhere
 *
 * @example
 * ```ts
 * import { loadConfig } from '@flyte-js/config/node'
 *
 * const { config, explain } = await loadConfig()
 * console.table(explain())
 * ```
 */
export async function loadConfig({ env = process.env, ...options }: LoadConfigOptions = {}): Promise<ConfigResolution> {
  return resolveConfig({ ...options, env, readFile })
}

/** A file that is missing, or that we may not read, has no text: the waterfall falls through and reports it. */
function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
