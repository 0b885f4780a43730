// For users: what scripts do with executions, on top of the client. Apart from it, so that a page which only lists stays small.
export type {
  ExecutionChange,
  ExecutionId,
  NodeChange,
  PhaseChange,
  Stalled,
  UpdateChange,
} from './executions/execution-change.js'
export { type ExecutionFailure, executionFailure } from './executions/execution-failure.js'
export {
  type DataClient,
  type FetchDataOptions,
  fetchInputsOutputs,
  type InputsOutputs,
  type NodeExecutionId,
  type TaskExecutionId,
} from './executions/fetch-inputs-outputs.js'
export { hasEnded } from './executions/phase.js'
export { type WaitOptions, waitForExecution } from './executions/wait-for-execution.js'
export { type WatchOptions, watchExecution } from './executions/watch-execution.js'
export type { EntityName, EntityReference } from './launch/entity-reference.js'
export type { ExecutionReference } from './launch/execution-reference.js'
export { type LaunchRequest, type LaunchTarget, launch } from './launch/launch.js'
export { type RecoverOptions, recover } from './launch/recover.js'
export { type RelaunchOptions, relaunch } from './launch/relaunch.js'
export { terminate } from './launch/terminate.js'
