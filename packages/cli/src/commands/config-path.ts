import { configPath } from '@flyte-js/config/node'
import { defined } from '@flyte-js/core'
import { exitCodes } from '../exit-code.js'
import type { Session } from '../session.js'

/** `config path` */
export async function path(session: Session): Promise<void> {
  const { env } = session.io
  const { config, profile } = session.flags
  const found = configPath({ env, ...defined({ path: config, profile }) })
  if (found !== undefined) {
    session.io.stdout.write(`${found}\n`)
    return
  }
  session.tell('There is no configuration file. Make one with: flyte-js config init')
  session.endWith(exitCodes.notFound)
}
