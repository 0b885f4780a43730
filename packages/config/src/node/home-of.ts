import { homedir } from 'node:os'
import { type Environment, readVariable } from '../waterfall.js'

/** The directory that has `.flyte`: what the environment says, else the user's own. */
export function homeOf(env: Environment): string {
  return readVariable(env, 'HOME') || readVariable(env, 'USERPROFILE') || usersHome()
}

/** A container may run as a user whom the system does not know, and who has no home. */
function usersHome(): string {
  try {
    return homedir()
  } catch {
    return '/'
  }
}
