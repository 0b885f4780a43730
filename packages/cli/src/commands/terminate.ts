import { terminate } from '@flyte-js/admin/executions'
import type { Execution } from '@flyte-js/idl'
import { clockOf } from '../clock-of.js'
import { printList } from '../output/print.js'
import type { Session } from '../session.js'
import { executionView } from '../views/executions.js'
import { executionId } from './names.js'

/** `terminate <executions...>`: one after the other, and then how they are. */
export async function terminateAll(
  session: Session,
  { reason = '' }: { readonly reason?: string },
  executions: readonly string[],
): Promise<void> {
  // All are read before any is ended: a slip of the pen ends nothing.
  const ids = await Promise.all(executions.map((each) => executionId(session, each)))
  const { admin } = await session.client()
  const { signal } = session
  const ended: Execution[] = []
  try {
    for (const id of ids) {
      await session.busy(`Ending ${id.name}`, terminate(admin, id, reason, { signal }))
      ended.push(await session.busy(`Asking for ${id.name}`, admin.getExecution({ id }, { signal })))
    }
  } finally {
    // Also those before one that could not be ended.
    if (ended.length > 0) await printList(session, ended, executionView(clockOf(session.io).now()))
  }
}
