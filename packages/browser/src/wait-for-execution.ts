// Loaded by pages that wait.
export { waitForExecution } from '@flyte-js/admin/executions'
