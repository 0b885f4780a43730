// The messages that stand in the details of errors. No RPC sends or answers them, so @flyte-js/idl does not describe them.
import type { FieldDescriptor } from '@flyte-js/idl/messages'

const message = (name: string, number: number, type: string, oneof?: string): FieldDescriptor => ({
  name,
  jsonName: name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  number,
  kind: 'message',
  type,
  ...(oneof !== undefined && { oneof }),
})
const string = (name: string, number: number): FieldDescriptor => ({
  name,
  jsonName: name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  number,
  kind: 'string',
})
const id = message('id', 1, 'flyteidl.core.Identifier')

/** Their fields, by the full proto name of the message. */
export const statusDetails: Readonly<Record<string, readonly FieldDescriptor[]>> = {
  'google.rpc.Status': [
    { name: 'code', jsonName: 'code', number: 1, kind: 'int32' },
    string('message', 2),
    { name: 'details', jsonName: 'details', number: 3, kind: 'message', type: 'google.protobuf.Any', repeated: true },
  ],
  'flyteidl.admin.InactiveProject': [string('id', 1), string('org', 2)],
  'flyteidl.admin.EventFailureReason': [
    message('already_in_terminal_state', 1, 'flyteidl.admin.EventErrorAlreadyInTerminalState', 'reason'),
    message('incompatible_cluster', 2, 'flyteidl.admin.EventErrorIncompatibleCluster', 'reason'),
  ],
  'flyteidl.admin.EventErrorIncompatibleCluster': [string('cluster', 1)],
  'flyteidl.admin.EventErrorAlreadyInTerminalState': [string('current_phase', 1)],
  'flyteidl.admin.CreateWorkflowFailureReason': [
    message('exists_different_structure', 1, 'flyteidl.admin.WorkflowErrorExistsDifferentStructure', 'reason'),
    message('exists_identical_structure', 2, 'flyteidl.admin.WorkflowErrorExistsIdenticalStructure', 'reason'),
  ],
  'flyteidl.admin.WorkflowErrorExistsDifferentStructure': [id],
  'flyteidl.admin.WorkflowErrorExistsIdenticalStructure': [id],
}
