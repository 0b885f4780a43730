import { lint } from '#platform'
import type { ConfigFinding } from './config-file.js'
import { invalid } from './invalid.js'
import { type ConfigResolution, originsOf } from './resolve-config.js'

/**
 * Looks for what is probably a mistake, although it is none that stops anybody: names that nobody reads, values that another
 * client would read otherwise, and everything that `explain()` calls a problem.
 *
 * In a bundle for browsers it reports those problems only, because the names of everybody's settings would make it larger.
 *
 * @param resolution - what `resolveConfig` or `loadConfig` gave
 * @returns the mistakes; none where everything is well
 *
 * @example
 * ```ts
 * import { checkConfig, resolveConfig } from '@flyte-js/config'
 *
 * const resolution = resolveConfig({ env: { FLYTE_PLATFROM_URL: 'flyte.example.com' } })
 * checkConfig(resolution) // [{ rule: 'unknown-variable', suggestion: 'FLYTE_PLATFORM_URL', … }]
 * ```
 */
export function checkConfig(resolution: ConfigResolution): ConfigFinding[] {
  const origins = originsOf(resolution)
  if (!origins) throw invalid('checkConfig', 'expected a resolution')
  const problems = origins.found.flatMap(({ env: place, problems }) =>
    problems.map((message): ConfigFinding => ({ rule: 'problem', place, message })),
  )
  return [...lint(origins), ...problems]
}
