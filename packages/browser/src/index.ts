// For users
export type { ExecutionId, WaitOptions } from '@flyte-js/admin/executions'
export type { AdminUser } from './admin-user.js'
export type { LeaveOptions } from './create-admin-session.js'
export { createFlyteClient, type FlyteClient } from './create-flyte-client.js'
export type {
  AdminSessionClientOptions,
  CommonClientOptions,
  FlyteClientOptions,
  PkceClientOptions,
  TokenSourceClientOptions,
} from './flyte-client-options.js'
export type { FinishedLogin, GivenTokens, PkceLogin, SessionLogin, SignedIn } from './flyte-login.js'
