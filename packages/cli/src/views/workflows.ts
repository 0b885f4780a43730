import type { Workflow } from '@flyte-js/idl'
import type { ListView, OneView } from '../output/print.js'
import type { Column } from '../output/table.js'
import { timeText } from '../output/times.js'
import { variablesText } from '../output/type-text.js'
import { identifierText } from './identifier.js'

const version: Column<Workflow> = { title: 'VERSION', value: ({ id }) => id?.version }
const name: Column<Workflow> = { title: 'NAME', value: ({ id }) => id?.name }
const created: Column<Workflow> = { title: 'CREATED AT', value: ({ closure }) => timeText(closure?.created_at) }
const inputs: Column<Workflow> = { title: 'INPUTS', value: (workflow) => inputsOf(workflow), maxWidth: 50 }
const outputs: Column<Workflow> = { title: 'OUTPUTS', value: (workflow) => outputsOf(workflow), maxWidth: 50 }
const description: Column<Workflow> = {
  title: 'DESCRIPTION',
  value: ({ short_description }) => short_description,
  isWide: true,
}

/** Versions of a workflow, with flytectl's columns: a list of them comes without their interfaces. */
export const workflowView: ListView<Workflow> = {
  columns: [version, name, created, description],
  nameOf: identifierText,
}

/** One version of a workflow. */
export const workflowVersionView: ListView<Workflow> & OneView<Workflow> = {
  columns: [version, name, inputs, outputs, created, description],
  fields: (workflow) => [
    ['Name', workflow.id?.name],
    ['Project', workflow.id?.project],
    ['Domain', workflow.id?.domain],
    ['Version', workflow.id?.version],
    ['Description', workflow.short_description],
    ['Inputs', inputsOf(workflow)],
    ['Outputs', outputsOf(workflow)],
    ['Nodes', nodesOf(workflow)],
    ['Created', timeText(workflow.closure?.created_at)],
  ],
  nameOf: identifierText,
}

const templateOf = ({ closure }: Workflow) => closure?.compiled_workflow?.primary?.template
const inputsOf = (workflow: Workflow): string => variablesText(templateOf(workflow)?.interface?.inputs)
const outputsOf = (workflow: Workflow): string => variablesText(templateOf(workflow)?.interface?.outputs)

/** Those that were written: the compiler adds one at the start and one at the end. */
function nodesOf(workflow: Workflow): string {
  return (templateOf(workflow)?.nodes ?? [])
    .map(({ id }) => id)
    .filter((id) => id !== 'start-node' && id !== 'end-node')
    .join(', ')
}
