import { useCrossFetch } from '@flyte-js/core/node'
import { printOne } from '../output/print.js'
import type { Session } from '../session.js'

/** What `logout` prints. */
interface Ended {
  endpoint: string
  /** Whether there was a login here. */
  ended: boolean
  /** Whether the authorization server was told, and agreed. */
  revoked: boolean
}

/** `logout` */
export async function logout(session: Session): Promise<void> {
  const { signal } = session
  useCrossFetch(globalThis)
  const own = await session.login()
  const ended = own.mode !== 'none' && (await own.peek()) !== undefined
  const { revoked } = await session.busy(`Logging out of ${own.endpoint}`, own.logout({ signal }))
  if (ended && !revoked) session.tell('The server cannot be told: tokens that were handed out are good until they end')
  await printOne<Ended>(
    session,
    { endpoint: own.endpoint, ended, revoked },
    {
      fields: ({ endpoint }) => [[ended ? 'Logged out of' : 'Nobody was logged in to', endpoint]],
      nameOf: ({ endpoint }) => endpoint,
    },
  )
}
