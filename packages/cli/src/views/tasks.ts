import type { Task } from '@flyte-js/idl'
import type { ListView, OneView } from '../output/print.js'
import { timeText } from '../output/times.js'
import { variablesText } from '../output/type-text.js'
import { identifierText } from './identifier.js'

/** Tasks, with flytectl's columns. */
export const taskView: ListView<Task> & OneView<Task> = {
  columns: [
    { title: 'VERSION', value: ({ id }) => id?.version },
    { title: 'NAME', value: ({ id }) => id?.name },
    { title: 'TYPE', value: (task) => templateOf(task)?.type },
    { title: 'INPUTS', value: (task) => inputsOf(task), maxWidth: 50 },
    { title: 'OUTPUTS', value: (task) => outputsOf(task), maxWidth: 50 },
    { title: 'DISCOVERABLE', value: (task) => String(templateOf(task)?.metadata?.discoverable ?? false) },
    { title: 'DISCOVERY VERSION', value: (task) => templateOf(task)?.metadata?.discovery_version },
    { title: 'CREATED AT', value: ({ closure }) => timeText(closure?.created_at) },
    { title: 'IMAGE', value: (task) => templateOf(task)?.container?.image, isWide: true },
    { title: 'DESCRIPTION', value: ({ short_description }) => short_description, isWide: true },
  ],
  fields: (task) => [
    ['Name', task.id?.name],
    ['Project', task.id?.project],
    ['Domain', task.id?.domain],
    ['Version', task.id?.version],
    ['Description', task.short_description],
    ['Type', templateOf(task)?.type],
    ['Inputs', inputsOf(task)],
    ['Outputs', outputsOf(task)],
    ['Image', templateOf(task)?.container?.image],
    ['Cached', templateOf(task)?.metadata?.discoverable ? 'yes' : 'no'],
    ['Cache version', templateOf(task)?.metadata?.discovery_version],
    ['Retries', String(templateOf(task)?.metadata?.retries?.retries ?? 0)],
    ['Timeout', templateOf(task)?.metadata?.timeout ?? undefined],
    ['Created', timeText(task.closure?.created_at)],
  ],
  nameOf: identifierText,
}

const templateOf = ({ closure }: Task) => closure?.compiled_task?.template
const inputsOf = (task: Task): string => variablesText(templateOf(task)?.interface?.inputs)
const outputsOf = (task: Task): string => variablesText(templateOf(task)?.interface?.outputs)
