// For users
export type { ExecutionId, WaitOptions } from '@flyte-js/admin/executions'
export { createFlyteClient, type FlyteClient, type FlyteClientOptions } from './create-flyte-client.js'
