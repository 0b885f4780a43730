import { executionFailure, hasEnded } from '@flyte-js/admin/executions'
import type { Execution } from '@flyte-js/idl'
import { duration } from '../output/duration.js'
import { phaseColour } from '../output/phase-colour.js'
import type { ListView, OneView } from '../output/print.js'
import { elapsed, timeText } from '../output/times.js'
import { identifierText } from './identifier.js'

/**
 * Executions, with flytectl's columns.
 *
 * @param now - epoch milliseconds, for those that still run
 */
export function executionView(now: number): ListView<Execution> & OneView<Execution> {
  const elapsedText = (execution: Execution): string | undefined => {
    const { closure } = execution
    const milliseconds = closure ? elapsed(closure, hasEnded(execution), now) : undefined
    return milliseconds === undefined ? undefined : duration(milliseconds)
  }
  return {
    columns: [
      { title: 'NAME', value: ({ id }) => id?.name },
      { title: 'LAUNCH PLAN NAME', value: ({ spec }) => spec?.launch_plan?.name },
      { title: 'VERSION', value: ({ spec }) => spec?.launch_plan?.version },
      { title: 'TYPE', value: ({ spec }) => spec?.launch_plan?.resource_type },
      { title: 'PHASE', value: phaseOf, colour: (execution) => phaseColour(phaseOf(execution)) },
      { title: 'SCHEDULED TIME', value: ({ spec }) => timeText(spec?.metadata?.scheduled_at) },
      { title: 'STARTED', value: ({ closure }) => timeText(closure?.started_at) },
      { title: 'ELAPSED TIME', value: elapsedText, isRight: true },
      { title: 'ABORT DATA', value: ({ closure }) => closure?.abort_metadata?.cause, maxWidth: 100 },
      { title: 'ERROR DATA', value: ({ closure }) => closure?.error?.message, maxWidth: 100 },
      { title: 'CREATED', value: ({ closure }) => timeText(closure?.created_at), isWide: true },
      { title: 'MODE', value: ({ spec }) => spec?.metadata?.mode, isWide: true },
      { title: 'USER', value: ({ spec }) => spec?.metadata?.principal, isWide: true },
      { title: 'CLUSTER', value: ({ spec }) => spec?.metadata?.system_metadata?.execution_cluster, isWide: true },
    ],
    fields: (execution) => {
      const { id, spec, closure } = execution
      const failure = executionFailure(execution)
      return [
        ['Name', id?.name],
        ['Project', id?.project],
        ['Domain', id?.domain],
        ['Phase', phaseOf(execution)],
        ['Launch plan', spec?.launch_plan ? identifierText({ id: spec.launch_plan }) : undefined],
        ['Workflow', closure?.workflow_id ? identifierText({ id: closure.workflow_id }) : undefined],
        ['Mode', spec?.metadata?.mode],
        ['User', spec?.metadata?.principal],
        ['Cluster', spec?.metadata?.system_metadata?.execution_cluster],
        [
          'Made from',
          spec?.metadata?.reference_execution ? identifierText({ id: spec.metadata.reference_execution }) : undefined,
        ],
        ['Scheduled', timeText(spec?.metadata?.scheduled_at)],
        ['Created', timeText(closure?.created_at)],
        ['Started', timeText(closure?.started_at)],
        ['Elapsed', elapsedText(execution)],
        ['Updated', timeText(closure?.updated_at)],
        // One that is being ended has no failure yet.
        ['Abort cause', failure ? undefined : closure?.abort_metadata?.cause],
        ['Error code', failure?.code],
        ['Error', failure?.message],
      ]
    },
    nameOf: identifierText,
  }
}

const phaseOf = ({ closure }: Execution) => closure?.phase ?? 'UNDEFINED'
