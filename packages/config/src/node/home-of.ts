import { homedir } from 'node:os'
import { type Environment, readVariable } from '../waterfall.js'

/** The directory that has `.flyte`: what the environment says, else the user's own. */
export function homeOf(env: Environment): string {
  return readVariable(env, 'HOME') || readVariable(env, 'USERPROFILE') || homedir()
}
