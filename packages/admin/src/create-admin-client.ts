import {
  type EventListener,
  FlyteError,
  fetchTransport,
  type HttpTransport,
  originAndPath,
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
import { decode, type Send } from './chain/decode.js'
import type { Handler } from './chain/link.js'
import { pages, paginate } from './paginate.js'
import type { CallOptions, ServiceMethods } from './request-types.js'
import { createRouter } from './route.js'

/** What {@link createAdminClient} can be told. */
export interface AdminClientOptions {
  /** Flyte Admin's base URL, e.g. `https://flyte.example.com`. A path is kept. */
  endpoint: string | URL
  /** Who has tokens. Default: nobody, for a Flyte Admin without authentication. */
  tokenSource?: TokenSource
  /** The header that carries the token. Default `authorization`. */
  authorizationHeader?: string
  /** Asks for a token only after the first 401, as flytekit does. Default false: from the first call on. */
  authorizeAfterRefusal?: boolean
  /** How requests reach the network. Default: `fetch`. On Node `nodeHttpTransport()` is three times as fast. */
  transport?: HttpTransport
  /** Milliseconds until a call is given up. Default 15,000, as flytectl's per-try timeout. */
  timeout?: number
  /** Hears of each call. */
  onEvent?: EventListener
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
}

/**
 * The HTTP client of Flyte Admin: plain JSON in, plain JSON out, with the protos' own names.
 *
 * Methods reject with an `AdminError`, with what the token source throws, or with the signal's reason; they never throw
 * synchronously. A message that is absent in an answer is `null`.
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 *
 * const { admin } = createAdminClient({ endpoint: 'http://localhost:30080' })
 * for await (const task of admin.listTasks.paginate({ id: { project: 'flytesnacks', domain: 'development' }, limit: 100 })) {
 *   console.log(task.id?.name)
 * }
 * ```
 */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const { tokenSource, authorizationHeader = 'authorization', authorizeAfterRefusal = false, onEvent } = options
  const { transport = fetchTransport(), timeout = 15_000 } = options
  const base = baseOf(options.endpoint)

  // The way of a call: method -> route -> token -> network -> JSON.
  const network: Handler = ({ request }) => transport.request(request)
  const authorized =
    tokenSource === undefined
      ? network
      : authorize(
          { tokenSource, headerName: authorizationHeader.toLowerCase(), afterFirstRefusal: authorizeAfterRefusal },
          network,
        )
  const context = { base, send: decode(authorized, onEvent), timeout }
  return {
    admin: createService<AdminService>(adminRoutes, context),
    signal: createService<SignalService>(signalRoutes, context),
    dataProxy: createService<DataProxyService>(dataProxyRoutes, context),
    identity: createService<IdentityService>(identityRoutes, context),
    // Asked before anybody is logged in, and by whoever logs in: a token here would be a circle.
    authMetadata: createService<AuthMetadataService>(authMetadataRoutes, {
      ...context,
      send: decode(network, onEvent),
    }),
  }
}

interface ServiceContext {
  base: string
  send: Send
  timeout: number
}

function createService<Service>(routes: object, context: ServiceContext): ServiceMethods<Service> {
  const methods = Object.entries(routes as Record<string, Route>).map(([rpc, route]) => [
    rpc,
    createMethod(rpc, route, context),
  ])
  return Object.freeze(Object.fromEntries(methods))
}

function createMethod(rpc: string, route: Route, { base, send, timeout: defaultTimeout }: ServiceContext) {
  const router = createRouter(rpc, route)
  const [items] = route
  const method = async (request: object = {}, { signal, timeout = defaultTimeout }: CallOptions = {}) => {
    const { method, target, body } = router(request)
    // Exactly this: to anything else Flyte Admin answers in camelCase.
    const headers: Record<string, string> = { accept: 'application/json' }
    if (body) headers['content-type'] = 'application/json'
    return send({
      rpc,
      request: { method, url: base + target, headers, body, signal, timeout },
    })
  }
  if (items === '') return method
  return Object.assign(method, {
    paginate: (request?: object, callOptions?: CallOptions) => paginate(method, items, request, callOptions),
    pages: (request?: object, callOptions?: CallOptions) => pages(method, items, request, callOptions),
  })
}

function baseOf(endpoint: string | URL): string {
  const base = originAndPath(endpoint)
  if (/^https?:/.test(base)) return base.replace(/\/+$/, '')
  throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'endpoint is no http(s) URL: write https://host[:port][/path]')
}
