// For users: the messages of Flyte Admin, its services, and how JSON writes what it has no type for.

// For authors of libraries: how to call each RPC over HTTP. One constant a service, so that bundlers drop the others.
export { adminRoutes, authMetadataRoutes, dataProxyRoutes, identityRoutes, signalRoutes } from './gen/routes'
export type * from './gen/types'
export type { AnyMessage, Bytes, Duration, Int64, JsonObject, JsonValue, Timestamp, Uint64 } from './json'
export type { HttpMethod, Route, RouteBinding, Routes, Rpc } from './rpc'
