// What Flyte Admin refuses an event with.
import { GrpcStatusError, grpcCode } from '../grpc-status.js'
import { type Message, messageField, stringField } from '../message.js'

/** What has ended stays ended. */
export function alreadyTerminal(message: string, phase: string): GrpcStatusError {
  return failedPrecondition(message, { already_in_terminal_state: { current_phase: phase } })
}

/** A second event with the same phase. */
export function alreadyRecorded(message: string): GrpcStatusError {
  return new GrpcStatusError(grpcCode.alreadyExists, message)
}

/** A phase that cannot follow the present one. */
export function failedPrecondition(message: string, reason?: Message): GrpcStatusError {
  const details = reason === undefined ? [] : [{ type: 'flyteidl.admin.EventFailureReason', message: reason }]
  return new GrpcStatusError(grpcCode.failedPrecondition, message, details)
}

/** Older propellers call themselves so, whatever their cluster. */
const defaultProducer = 'propeller'

/** The cluster that an event names, unless it is one that says nothing. */
export function clusterOf(event: Message): string | undefined {
  const producer = stringField(event, 'producer_id')
  return producer === '' || producer === defaultProducer ? undefined : producer
}

/** Refuses an event from another cluster than the execution's. */
export function checkCluster(spec: Message, event: Message): void {
  const cluster = stringField(messageField(messageField(spec, 'metadata'), 'system_metadata'), 'execution_cluster')
  const producer = clusterOf(event)
  if (producer === undefined || producer === cluster) return
  throw failedPrecondition(
    `Cluster/producer from event [${producer}] does not match existing workflow execution clusterInDB: [${cluster}]`,
    { incompatible_cluster: { cluster: producer } },
  )
}
