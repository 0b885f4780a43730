// For users
export { AdminError, type AdminErrorOptions, type GrpcStatus } from './admin-error.js'
export type { CacheOptions } from './chain/cache.js'
export type { LimitOptions } from './chain/limit.js'
export type { RetryOptions } from './chain/retry.js'
export { type AdminClient, type AdminClientOptions, createAdminClient } from './create-admin-client.js'
// For authors of libraries
export type { CallOptions, Input, PaginatedRpcMethod, RequestOf, RpcMethod, ServiceMethods } from './request-types.js'
