import type { Grant } from '@flyte-js/core'
import { printedToken } from './printed-token.js'
import { type CommandSettings, runCommand } from './run-command.js'

/**
 * Tokens that a program prints: flytekit's `ExternalCommand`.
 *
 * @param type - what events call it
 */
export function commandGrant(
  type: string,
  { argv, setting, env }: Pick<CommandSettings, 'argv' | 'setting' | 'env'>,
): Grant {
  return {
    type,
    acquire: async ({ signal, clock }) =>
      printedToken(await runCommand({ argv, setting, env, clock, signal }), setting),
  }
}
