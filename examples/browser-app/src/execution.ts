// What is shown of an execution, in the list and on its own page.
import { hasEnded } from '@flyte-js/admin/executions'
import type { Execution } from '@flyte-js/idl'
import { element } from './element.js'
import { agoText, dateText, durationText } from './format.js'

/** Its phase; one that FlytePropeller has not seen has none. */
export function phaseOf({ closure }: Execution): string {
  return closure?.phase ?? 'UNDEFINED'
}

/** When it was made, or started. */
export function startText(execution: Execution): HTMLElement | string {
  const timestamp = execution.closure?.started_at ?? execution.closure?.created_at
  if (!timestamp) return '–'
  const time = Date.parse(timestamp)
  return element('time', { datetime: timestamp, title: dateText(time) }, agoText(time, Date.now()))
}

/** How long it took, or has been running. */
export function tookText(execution: Execution): string {
  const { started_at = null, duration = null } = execution.closure ?? {}
  if (hasEnded(execution)) return duration === null ? '–' : durationText(Number.parseFloat(duration) * 1000)
  return started_at === null ? '–' : durationText(Math.max(0, Date.now() - Date.parse(started_at)))
}
