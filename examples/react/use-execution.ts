// Follows an execution for as long as a component shows it.

import type { AdminClient } from '@flyte-js/admin'
import { type ExecutionId, hasEnded, watchExecution } from '@flyte-js/admin/executions'
import type { Execution } from '@flyte-js/idl'
import { useEffect, useState } from 'react'

/** What is known of the execution. */
export interface FollowedExecution {
  /** As Flyte Admin told of it last; `undefined` until it has. */
  execution?: Execution
  /** What Flyte Admin may be waiting for, where the execution has not moved for long. */
  hint?: string
  /** Why nothing more will be heard of it. */
  error?: unknown
  /** Whether it has ended, however it did. */
  hasEnded: boolean
}

const unknown: FollowedExecution = { hasEnded: false }

/**
 * Follows an execution until it ends or the component goes.
 *
 * StrictMode mounts every component twice in development: the first watch is then aborted before it has told of anything, and takes
 * no request with it that the second one waits for. One of another name begins anew and never shows what the last one was.
 */
export function useExecution({ admin }: Pick<AdminClient, 'admin'>, id: ExecutionId): FollowedExecution {
  const { project, domain, name } = id
  const [followed, setFollowed] = useState({ of: '', state: unknown })
  const of = `${project}/${domain}/${name}`

  useEffect(() => {
    const ending = new AbortController()
    const { signal } = ending
    const tell = (state: FollowedExecution) => {
      if (!signal.aborted) setFollowed({ of, state })
    }

    async function follow() {
      let state = unknown
      try {
        for await (const change of watchExecution(admin, { project, domain, name }, { signal })) {
          if (change.kind === 'stalled') state = { ...state, hint: change.hint }
          else if (change.kind !== 'node') {
            state = { execution: change.execution, hasEnded: hasEnded(change.execution) }
          }
          tell(state)
        }
      } catch (error) {
        tell({ ...state, error })
      }
    }

    follow()
    return () => ending.abort()
    // The parts of the name rather than `id`, which callers write as a new object each time.
  }, [admin, of, project, domain, name])

  return followed.of === of ? followed.state : unknown
}
