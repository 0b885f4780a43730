import { recover } from '@flyte-js/admin/executions'
import { defined } from '@flyte-js/core'
import type { Session } from '../session.js'
import { executionId } from './names.js'
import { tellLaunched, type WaitFlags } from './tell-launched.js'

/** `recover <execution>` */
export async function recoverCommand(session: Session, { name, wait }: WaitFlags, execution: string): Promise<void> {
  const id = await executionId(session, execution)
  const { admin } = await session.client()
  const launched = recover(admin, id, defined({ name }), { signal: session.signal })
  await tellLaunched(session, await session.busy('Launching', launched), { wait })
}
