import type { ResourceType } from '@flyte-js/idl'

/** The resource types that have a text form, by its prefix (flytekit's core/identifier). */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  lp: 'LAUNCH_PLAN',
  wf: 'WORKFLOW',
  tsk: 'TASK',
}
