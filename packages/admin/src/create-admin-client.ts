import {
  type Clock,
  type EventListener,
  FlyteError,
  fetchTransport,
  type HttpTransport,
  originAndPath,
  type Random,
  systemClock,
  type TokenSource,
} from '@flyte-js/core'
import {
  type AdminService,
  type AuthMetadataService,
  adminRoutes,
  authMetadataRoutes,
  type DataProxyService,
  dataProxyRoutes,
  type IdentityService,
  identityRoutes,
  type Route,
  type SignalService,
  signalRoutes,
} from '@flyte-js/idl'
import { authorize } from './chain/authorize.js'
import { type CacheOptions, createCache } from './chain/cache.js'
import { createCoalesce } from './chain/coalesce.js'
import { createHeaderChoice } from './chain/header-choice.js'
import { type LimitOptions, limit } from './chain/limit.js'
import type { Handler } from './chain/link.js'
import { network } from './chain/network.js'
import { createRetry, type RetryOptions } from './chain/retry.js'
import { checkNumbers } from './check-numbers.js'
import { type Calling, createMethod } from './method.js'
import type { ServiceMethods } from './request-types.js'

/** What {@link createAdminClient} can be told. */
export interface AdminClientOptions {
  /** Flyte Admin's base URL, e.g. `https://flyte.example.com`. A path is kept. */
  endpoint: string | URL
  /** Who has tokens. Default: nobody, for a Flyte Admin without authentication. */
  tokenSource?: TokenSource
  /**
   * The header that carries the token. Default: `authorization`, and on a page of another origin the one that Flyte Admin
   * advertises, since its default CORS lets no other through. Where one is refused, the other is tried once.
   */
  authorizationHeader?: string
  /** Asks for a token only after the first 401, as flytekit does. Default false: from the first call on. */
  authorizeAfterRefusal?: boolean
  /** How requests reach the network. Default: `fetch`. On Node `nodeHttpTransport()` is three times as fast. */
  transport?: HttpTransport
  /** Milliseconds until one try of a call is given up. Default 15,000, as flytectl's `admin.perRetryTimeout`. */
  timeout?: number
  /** Milliseconds until a call is given up with all its waits and tries. Default 120,000. Logins do not count. */
  callTimeout?: number
  /** How failed tries are repeated. */
  retries?: RetryOptions
  /** How many requests may go out. */
  limits?: LimitOptions
  /** What is kept of what never changes; `false` keeps nothing. */
  cache?: CacheOptions | false
  /** The largest answer that is read, in bytes. Default 64 MiB. */
  maxBytes?: number
  /** Who we are, for the server's log. Default `flyte-js`. Browsers say that themselves. */
  userAgent?: string
  /** Hears of calls, tries and waits. */
  onEvent?: EventListener
  /** The clock of deadlines, waits and limits. Default: the system's. */
  clock?: Clock
  /** Spreads the retries of many clients. Default: the platform's. */
  random?: Random
}

/** The five services of Flyte Admin, their RPCs as methods. */
export interface AdminClient {
  /** Projects, tasks, workflows, launch plans, executions: `flyteidl.service.AdminService`. */
  readonly admin: ServiceMethods<AdminService>
  /** Signals to running workflows: `flyteidl.service.SignalService`. */
  readonly signal: ServiceMethods<SignalService>
  /** Uploads and downloads: `flyteidl.service.DataProxyService`. */
  readonly dataProxy: ServiceMethods<DataProxyService>
  /** Who is logged in: `flyteidl.service.IdentityService`. */
  readonly identity: ServiceMethods<IdentityService>
  /** How to log in: `flyteidl.service.AuthMetadataService`. */
  readonly authMetadata: ServiceMethods<AuthMetadataService>
  /** Forgets the answers that are kept or shared, since they belong to one login. To be called when that changes. */
  forget(): void
}

/**
 * The HTTP client of Flyte Admin: plain JSON in, plain JSON out, with the protos' own names.
 *
 * It is gentle with the control plane: it sends at most 16 requests at a time, makes one of those that ask the same, keeps what
 * never changes, and tries again only what is safe to repeat, ever later and never many at once.
 *
 * Methods reject with an `AdminError`, with what the token source throws, or with the signal's reason; they never throw
 * synchronously. A message that is absent in an answer is `null`. Answers that were shared or kept are frozen.
 *
 * @throws FlyteError `FLYTE_INVALID_ARGUMENT` for an endpoint that is no URL, and for a number that is none
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * for await (const task of admin.listTasks.paginate({ id: { project: 'flytesnacks', domain: 'development' } })) {
 *   console.log(task.id?.name)
 * }
 * ```
 */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const { tokenSource, authorizationHeader, authorizeAfterRefusal = false, cache, userAgent = 'flyte-js' } = options
  const { transport = fetchTransport(), clock = systemClock, random = Math.random, onEvent, maxBytes } = options
  const { timeout = 15_000, callTimeout = 120_000, retries = {}, limits = {} } = options
  checkNumbers({ timeout, callTimeout, maxBytes, ...retries, ...limits, ...(cache || {}) })
  const base = baseOf(options.endpoint)
  const { isPage, isForeignPage } = placeOf(base)

  // The way of a call: method -> route -> cache -> coalesce -> retry -> token -> limit -> network -> JSON.
  const wire = network({
    transport,
    clock,
    maxBytes,
    onEvent,
    userAgent: isPage ? undefined : userAgent,
    isToldMore: !isForeignPage,
  })
  const limited = limit(limits, clock, onEvent, wire)
  const retried = createRetry(retries, { clock, random, onEvent })
  const coalesced = createCoalesce(clock, onEvent)
  const cached = createCache(cache === false ? { entries: 0 } : cache, onEvent)
  const whole = (next: Handler) => cached.link(coalesced.link(retried(next)))

  const calling: Omit<Calling, 'send'> = {
    base,
    timeout,
    callTimeout,
    clock,
    onEvent,
    requestPrefix: Math.random().toString(36).slice(2),
  }
  // Asked before anybody is logged in, and by whoever logs in: a token here would be a circle.
  const open: Calling = { ...calling, send: whole(limited) }
  const authMetadata = createService<AuthMetadataService>(authMetadataRoutes, open)
  const headerChoice = createHeaderChoice({
    configured: authorizationHeader?.toLowerCase(),
    isForeignPage,
    advertised: async () => (await authMetadata.getPublicClientConfig()).authorization_metadata_key,
    onEvent,
  })
  const authorized: Calling =
    tokenSource === undefined
      ? open
      : {
          ...calling,
          send: whole(
            authorize({ tokenSource, afterFirstRefusal: authorizeAfterRefusal, headerChoice, clock }, limited),
          ),
        }
  return {
    admin: createService<AdminService>(adminRoutes, authorized),
    signal: createService<SignalService>(signalRoutes, authorized),
    dataProxy: createService<DataProxyService>(dataProxyRoutes, authorized),
    identity: createService<IdentityService>(identityRoutes, authorized),
    authMetadata,
    forget() {
      cached.clear()
      coalesced.clear()
    },
  }
}

function createService<Service>(routes: object, calling: Calling): ServiceMethods<Service> {
  const methods = Object.entries(routes as Record<string, Route>).map(([rpc, route]) => [
    rpc,
    createMethod(rpc, route, calling),
  ])
  return Object.freeze(Object.fromEntries(methods))
}

function baseOf(endpoint: string | URL): string {
  const base = originAndPath(endpoint)
  if (/^https?:/.test(base)) return base.replace(/\/+$/, '')
  throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'endpoint is no http(s) URL: write https://host[:port][/path]')
}

/** Where this runs: pages and workers of a browser have a location. */
function placeOf(base: string): { isPage: boolean; isForeignPage: boolean } {
  const origin = (globalThis as { location?: Location }).location?.origin
  return { isPage: origin !== undefined, isForeignPage: origin !== undefined && new URL(base).origin !== origin }
}
