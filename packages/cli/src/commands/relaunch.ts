import { relaunch } from '@flyte-js/admin/executions'
import { defined } from '@flyte-js/core'
import type { Session } from '../session.js'
import { executionId } from './names.js'
import { tellLaunched, type WaitFlags } from './tell-launched.js'

/** `relaunch <execution>` */
export async function relaunchCommand(
  session: Session,
  { name, overwriteCache, wait }: WaitFlags & { readonly overwriteCache?: boolean },
  execution: string,
): Promise<void> {
  const id = await executionId(session, execution)
  const { admin } = await session.client()
  const options = defined({ name, overwriteCache })
  const launched = relaunch(admin, id, options, { signal: session.signal })
  await tellLaunched(session, await session.busy('Launching', launched), { wait })
}
