import type { LaunchPlan } from '@flyte-js/idl'
import type { ListView, OneView } from '../output/print.js'
import type { Column } from '../output/table.js'
import { timeText } from '../output/times.js'
import { parametersText, variablesText } from '../output/type-text.js'
import { identifierText } from './identifier.js'

const version: Column<LaunchPlan> = { title: 'VERSION', value: ({ id }) => id?.version }
const name: Column<LaunchPlan> = { title: 'NAME', value: ({ id }) => id?.name }
const created: Column<LaunchPlan> = { title: 'CREATED AT', value: ({ closure }) => timeText(closure?.created_at) }
const more: readonly Column<LaunchPlan>[] = [
  {
    title: 'STATE',
    value: ({ closure }) => closure?.state,
    colour: ({ closure }) => (closure?.state === 'ACTIVE' ? 'green' : 'dim'),
  },
  { title: 'SCHEDULE', value: (plan) => scheduleOf(plan) },
  { title: 'INPUTS', value: (plan) => inputsOf(plan), maxWidth: 50 },
  { title: 'OUTPUTS', value: (plan) => outputsOf(plan), maxWidth: 50 },
]

/** Launch plans of a domain, with flytectl's columns, but for its column Type, which nothing is ever in. */
export const launchPlanView: ListView<LaunchPlan> = {
  columns: [version, name, created, ...more.map((column) => ({ ...column, isWide: true as const }))],
  nameOf: identifierText,
}

/** Versions of one launch plan. */
export const launchPlanVersionView: ListView<LaunchPlan> & OneView<LaunchPlan> = {
  columns: [version, name, ...more, { ...created, isWide: true }],
  fields: (plan) => [
    ['Name', plan.id?.name],
    ['Project', plan.id?.project],
    ['Domain', plan.id?.domain],
    ['Version', plan.id?.version],
    ['State', plan.closure?.state],
    ['Workflow', plan.spec?.workflow_id ? identifierText({ id: plan.spec.workflow_id }) : undefined],
    ['Schedule', scheduleOf(plan)],
    ['Inputs', inputsOf(plan)],
    [
      'Fixed inputs',
      Object.keys(plan.spec?.fixed_inputs?.literals ?? {})
        .sort()
        .join(', '),
    ],
    ['Outputs', outputsOf(plan)],
    ['Created', timeText(plan.closure?.created_at)],
    ['Updated', timeText(plan.closure?.updated_at)],
  ],
  nameOf: identifierText,
}

const inputsOf = ({ closure }: LaunchPlan): string => parametersText(closure?.expected_inputs)
const outputsOf = ({ closure }: LaunchPlan): string => variablesText(closure?.expected_outputs)

function scheduleOf({ spec }: LaunchPlan): string | undefined {
  const { cron_schedule: cron, rate, cron_expression: expression } = spec?.entity_metadata?.schedule ?? {}
  if (rate) return `every ${rate.value} ${rate.unit.toLowerCase()}${rate.value === 1 ? '' : 's'}`
  return cron?.schedule || expression
}
