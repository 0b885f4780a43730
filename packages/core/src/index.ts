/// <reference path="./platform/platform.d.ts" />
// For users

export { AuthError, type AuthErrorOptions } from './auth-error.js'
export { ConfigError, type ConfigErrorOptions } from './config-error.js'
export type { FlyteErrorCode } from './error-code.js'
export type { AdminCallId, EventListener, FlyteEvent, SessionOperation } from './events.js'
export { FlyteError, type FlyteErrorOptions } from './flyte-error.js'
export type { TokenSet } from './token-set.js'
export { TokenStoreError, type TokenStoreErrorOptions } from './token-store-error.js'

// For authors of libraries

export { networkFailure, onAbort } from '#platform'
export { authorizationHeader } from './authorization-header.js'
export { type Clock, type Random, systemClock } from './clock.js'
export { type Defined, defined } from './defined.js'
export { emit } from './events.js'
export { type CreateFetchOptions, createFetch } from './fetch.js'
export type { Fetch, FetchInit } from './fetch-contract.js'
export { type FetchTransportOptions, fetchTransport } from './fetch-transport.js'
export type { Grant, GrantContext } from './grant.js'
export { headerRecord } from './header-record.js'
export {
  defaultMaxBytes,
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
  type Sent,
  TransportError,
  type TransportErrorOptions,
} from './http-transport.js'
export { isPermanentFailure } from './permanent-failure.js'
export { originAndPath } from './redact.js'
export { readRetryAfter } from './retry-after.js'
export { safeCause } from './safe-cause.js'
export type { GetTokenOptions, TokenSource } from './token-source.js'
export type { LockedTokenStore, TokenStore } from './token-store.js'
