import { createFlyteLogin } from '@flyte-js/node/login'
import { lastsAWhile } from './lasts-a-while.js'
import { writeAtOnce } from './write-at-once.js'

/**
 * Writes the stored token, where nothing has to be done about it.
 *
 * @returns whether it was written. Where there is none, where it is to be renewed, or anything is wrong, nothing was written or sent:
 * then the command does it all, and tells what is wrong
 */
export async function writeStoredToken(isHeader: boolean, env: NodeJS.ProcessEnv): Promise<boolean> {
  try {
    // What there is to tell is told by the command.
    const login = await createFlyteLogin({ env, login: { print: () => {} } })
    const tokenSet = await login.peek({ fresh: true })
    login.close()
    if (tokenSet === undefined || !lastsAWhile(tokenSet)) return false
    const { accessToken } = tokenSet
    return writeAtOnce(Buffer.from(isHeader ? `${login.headerName}: Bearer ${accessToken}\n` : `${accessToken}\n`))
  } catch {
    return false
  }
}
