import { formatIdentifier } from '@flyte-js/admin/identifiers'
import type { WorkflowExecutionIdentifier } from '@flyte-js/idl'
import { printOne } from '../output/print.js'
import type { Session } from '../session.js'
import { consoleUrl } from './console-url.js'
import { watchUntilEnd } from './watch.js'

/** The flags of whatever launches. */
export interface WaitFlags {
  /** The name of the new execution. */
  readonly name?: string
  /** Whether to watch it until it has ended. */
  readonly wait?: boolean
}

/** Says which execution was made, and where to look at it, or watches it. */
export async function tellLaunched(
  session: Session,
  id: WorkflowExecutionIdentifier,
  { wait = false }: { wait?: boolean | undefined },
): Promise<void> {
  if (wait) {
    session.tell(`Launched ${formatIdentifier(id)}`)
    return watchUntilEnd(session, id)
  }
  const url = consoleUrl(await session.resolution(), id)
  // As Flyte Admin answers it.
  await printOne(
    session,
    { id },
    {
      fields: () => [
        ['Launched', formatIdentifier(id)],
        ['Console', url],
      ],
      nameOf: () => formatIdentifier(id),
    },
  )
}
