// For users: servers to test against, and a clock to move.

export type { Account, AuthorizationServerClient, AuthorizationServerOptions } from './authorization-server/options.js'
// For those who set the servers up, or look at what they were asked.
export type { AuthorizationServer } from './authorization-server.js'
export { startAuthorizationServer } from './authorization-server.js'
export { type AdminClient, defaultClients } from './flyte-admin/clients.js'
export type { CorsOptions } from './flyte-admin/cors.js'
export type { ExecutionTimes } from './flyte-admin/execution-phase.js'
export type { PublicClientConfig } from './flyte-admin/identity-service.js'
export type { AnswerHandler, InjectedAnswer } from './flyte-admin/injected-answers.js'
export type { FlyteAdminOptions } from './flyte-admin/options.js'
export type { FlyteAdmin } from './flyte-admin/server.js'
export { startFlyteAdmin } from './flyte-admin/server.js'
export type { RecordedRequest, RequestLog } from './recorded-requests.js'
export { createTestClock, type TestClock } from './test-clock.js'
