// For users: what scripts do with executions, on top of the client. Apart from it, so that a page which only lists stays small.
export { type ExecutionId, type WaitOptions, waitForExecution } from './wait-for-execution.js'
