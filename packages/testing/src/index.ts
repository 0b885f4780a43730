// For users: servers to test against, a clock to move, and a browser's part of a login.

export type { Account, AuthorizationServerClient, AuthorizationServerOptions } from './authorization-server/options.js'
// For those who set the servers up, or look at what they were asked.
export type { AuthorizationServer } from './authorization-server.js'
export { startAuthorizationServer } from './authorization-server.js'
export type { Fault, Faults } from './faults.js'
export { type AdminClient, defaultClients } from './flyte-admin/clients.js'
export type { CorsOptions } from './flyte-admin/cors.js'
export type { ExecutionData, ExecutionDataId } from './flyte-admin/data-proxy/execution-data-sets.js'
export type { ExecutionTimes } from './flyte-admin/executions/execution-phase.js'
export type { PublicClientConfig } from './flyte-admin/identity-service.js'
export type { FlyteAdminOptions } from './flyte-admin/options.js'
export type { AdminSecrets } from './flyte-admin/secrets.js'
export type { FlyteAdmin } from './flyte-admin/server.js'
export { startFlyteAdmin } from './flyte-admin/server.js'
export type { CookieOptions } from './flyte-admin/session/cookies.js'
export type { IdentityProviderOptions } from './flyte-admin/session/identity-provider.js'
export type { SignalId } from './flyte-admin/signals.js'
export type { AnswerHandler, InjectedAnswer } from './injected-answers.js'
export type { RecordedRequest, RequestLog } from './recorded-requests.js'
export type { RequestPredicate } from './request-rules.js'
export { createTestClock, type TestClock } from './test-clock.js'
export {
  createUserAgent,
  type FollowOptions,
  followRedirects,
  type UserAgent,
  type UserAgentOptions,
} from './user-agent.js'
