import { type ConfigResolution, resolveConfig } from '@flyte-js/config'
import { readYaml } from '@flyte-js/config/yaml'
import { ConfigError } from '@flyte-js/core'
import { expect } from 'vitest'
import type { Case } from './case.js'
import { met } from './deviations.js'

/** What is wrong with the whole file, in the place of a setting's name. */
export const theFile = 'the file'

/** Resolves a case as flyte-js does: a resolution, or the setting whose error it is. Anything but a ConfigError goes up. */
export function resolve({ env, files, file }: Case): ConfigResolution | { error: string } {
  const readFile = (path: string) => (Object.hasOwn(files, path) ? (files[path] ?? undefined) : undefined)
  try {
    return resolveConfig({ env, readFile, ...(file && { file }), yaml: readYaml })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { error: error.setting ?? theFile }
  }
}

/** Where we do not say what we should. */
export interface Difference {
  /** What both were given. */
  given: unknown
  theirs: unknown
  ours: unknown
}

/**
 * Fails with the first differences; prints what was compared, and how often each deviation was met.
 *
 * @param deviations - all of which must have been met: one that never is excuses nothing
 */
export function expectAgreement(
  what: string,
  count: number,
  differences: readonly Difference[],
  deviations: Readonly<Record<string, string>> = {},
): void {
  const times = [...met].map(([name, each]) => `${name} ${each}`).join(', ')
  console.log(`${what}: ${count} compared, ${differences.length} differ${times && `; deviations: ${times}`}`)
  const lines = differences
    .slice(0, 5)
    .map(({ given, ...rest }) => `${JSON.stringify(rest)}\n    given ${JSON.stringify(given)}`)
  expect(differences, `${differences.length} differ, the first:\n${lines.join('\n')}\n`).toHaveLength(0)
  expect(Object.keys(deviations).filter((name) => !([...met.keys()] as string[]).includes(name))).toEqual([])
}
