import type { ConfigFinding } from '../config-file.js'
import { lintIni } from '../lint/lint-ini.js'
import { lintValues } from '../lint/lint-values.js'
import { lintVariables } from '../lint/lint-variables.js'
import type { Origins } from '../resolve-config.js'

export { refuseForeignCommands } from './foreign-command.js'

/** Finds what is probably a mistake in the names of variables and keys, and in what they say together. */
export const lint = ({ sources: { env, file }, found }: Origins): ConfigFinding[] => [
  ...lintVariables(env),
  ...lintValues(found),
  ...(file?.ini ? lintIni(file.path, file.ini) : []),
  ...(file?.lint?.() ?? []),
]
