import type { NamedEntity } from '@flyte-js/idl'
import { nameText } from '../commands/names.js'
import type { ListView } from '../output/print.js'

/** Names of workflows, with flytectl's columns. */
export const workflowNameView: ListView<NamedEntity> = {
  columns: [
    { title: 'PROJECT', value: ({ id }) => id?.project },
    { title: 'DOMAIN', value: ({ id }) => id?.domain },
    { title: 'NAME', value: ({ id }) => id?.name },
    { title: 'DESCRIPTION', value: ({ metadata }) => metadata?.description, maxWidth: 60 },
    {
      title: 'STATE',
      value: ({ metadata }) => metadata?.state.replace('NAMED_ENTITY_', ''),
      colour: ({ metadata }) => (metadata?.state === 'NAMED_ENTITY_ARCHIVED' ? 'dim' : undefined),
    },
  ],
  nameOf: ({ id }) => (id ? nameText('WORKFLOW', id) : ''),
}
