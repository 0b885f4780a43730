import { useCrossFetch } from '@flyte-js/core/node'
import { printOne } from '../output/print.js'
import type { Session } from '../session.js'
import { askWho, describeLogin, loginFields } from './login-state.js'

/** `login [--device] [--no-browser]` */
export async function login(
  session: Session,
  { isByDevice, isBrowserWanted }: { isByDevice: boolean; isBrowserWanted: boolean },
): Promise<void> {
  const { signal } = session
  useCrossFetch(globalThis)
  const own = await session.login({
    ...(isByDevice && { config: { credentials: { authMode: 'device' } } }),
    ...(!isBrowserWanted && { login: { browser: false } }),
  })
  await session.busy(`Logging in to ${own.endpoint}`, own.login({ signal }))
  const who = await session.busy('Asking who this is', askWho(session, own))
  const keptIn = await own.keptIn()
  if (keptIn === 'memory')
    session.tell(
      'The login was kept in memory, and has gone with this command: set FLYTE_JS_TOKEN_STORE to keyring or file to keep it',
    )
  const state = await describeLogin(session, own, own.mode, who)
  await printOne(session, state, { fields: loginFields, nameOf: ({ user }) => user })
}
