// When an event happened, and when it was told.
import { GrpcStatusError, grpcCode } from '../grpc-status.js'
import { type Message, stringField } from '../message.js'

/** When it was told: by default when it happened. */
export function reportedAt(event: Message): string {
  const reported = stringField(event, 'reported_at')
  return reported === '' || reported === '1970-01-01T00:00:00Z' ? stringField(event, 'occurred_at') : reported
}

/** When it happened; an event that does not say so is refused with the words given. */
export function occurredAt(event: Message, refusal: string): string {
  const occurred = stringField(event, 'occurred_at')
  if (occurred === '') throw new GrpcStatusError(grpcCode.internal, refusal)
  return occurred
}
