import { fileURLToPath } from 'node:url'
import { type Ended, runNode } from '../../basic-auth/test/run.js'

/** The command, as it is installed. */
export const bin = fileURLToPath(new URL('../bin/flyte-js.mjs', import.meta.url))

/** Runs `flyte-js` as a process with this environment and no other, in a home that nobody has, and without a terminal. */
export const runCli = (
  parameters: readonly string[],
  env?: Readonly<Record<string, string>>,
  options?: { isHeard?: boolean },
): Promise<Ended> => runNode([bin, ...parameters], env, options)
