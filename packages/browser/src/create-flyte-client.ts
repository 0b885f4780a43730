import { type AdminClient, createAdminClient } from '@flyte-js/admin'
import type { ExecutionId, WaitOptions } from '@flyte-js/admin/executions'
import { defined, fetchTransport, type HttpTransport, type TokenSource } from '@flyte-js/core'
import type { Execution } from '@flyte-js/idl'
import { checkOptions } from './check-options.js'
import type {
  AdminSessionClientOptions,
  FlyteClientOptions,
  PkceClientOptions,
  TokenSourceClientOptions,
} from './flyte-client-options.js'
import type { GivenTokens, PkceLogin, SessionLogin } from './flyte-login.js'
import { loadedOnce } from './loaded-once.js'
import { baseUrlHere } from './this-page.js'
import { tokenStoreFor } from './token-store-choice.js'

/** Flyte Admin and the login to it. Nothing of it touches the page, or a server, before it is used. */
export interface FlyteClient<Login = PkceLogin | SessionLogin | GivenTokens> extends AdminClient {
  /** The base URL of Flyte Admin, without a slash at its end. */
  readonly endpoint: string
  /** The login. */
  readonly auth: Login
  /**
   * Waits until an execution has ended, whatever its end.
   *
   * @throws AdminError `FLYTE_ADMIN_WAIT_TIMEOUT`, which says the last phase
   */
  waitForExecution(id: ExecutionId, options?: WaitOptions): Promise<Execution>
  /** Stops listening to other tabs. The login stays where it is. */
  close(): void
}

/** The login of a client, and how its calls are authorized. */
interface Wiring<Login> {
  auth: Login
  tokenSource?: TokenSource
  transport?: HttpTransport
  close?: () => void
}

/**
 * Connects a page to Flyte Admin.
 *
 * `auth` says how: `pkce` has people log in, and keeps their tokens; `admin-session` uses the session that Flyte Admin keeps in cookies,
 * for pages beside it; or give whoever has tokens. It can be called, and imported, where a server renders. What a page does not use
 * it does not load: the code of the login comes when a login begins or ends.
 *
 * With `pkce` no call begins a login: where nobody is logged in it rejects with `FLYTE_AUTH_LOGGED_OUT`, and where Flyte Admin refuses
 * a token that cannot be renewed, with `FLYTE_ADMIN_UNAUTHENTICATED`. Only `auth.login()` asks a person.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` for an endpoint that is neither an http(s) URL nor a path, and for a client secret, which a
 * page cannot keep
 *
 * @example
 * ```ts
 * import { createFlyteClient } from '@flyte-js/browser'
 *
 * const flyte = createFlyteClient({ endpoint: 'https://flyte.example.com', auth: 'pkce', clientId: 'my-page' })
 * const back = await flyte.auth.handleRedirectCallback()
 * if (back) history.replaceState(null, '', back.returnTo)
 *
 * const user = await flyte.auth.user()
 * if (user === null) await flyte.auth.login()
 * const { projects } = await flyte.admin.listProjects()
 * ```
 */
export function createFlyteClient(options: PkceClientOptions): FlyteClient<PkceLogin>
export function createFlyteClient(options: AdminSessionClientOptions): FlyteClient<SessionLogin>
export function createFlyteClient(options: TokenSourceClientOptions): FlyteClient<GivenTokens>
export function createFlyteClient(options: FlyteClientOptions): FlyteClient
export function createFlyteClient(options: FlyteClientOptions): FlyteClient {
  checkOptions(options)
  const endpoint = () => baseUrlHere(options.endpoint)
  const { auth, close = () => {}, ...authorization } = wire(options, { endpoint, client, forget })
  const { callTimeout, retries, limits, cache, maxBytes, timeout, onEvent, clock, fetch } = options
  const { authorizationHeader } = options as { authorizationHeader?: string }
  let made: AdminClient | undefined

  /** Made when it is used: on a server that renders nobody knows yet where the page is. */
  function client(): AdminClient {
    made ??= createAdminClient({
      endpoint: endpoint(),
      ...defined({ callTimeout, retries, limits, cache, maxBytes, timeout, onEvent, clock }),
      ...defined({ authorizationHeader, transport: fetch && fetchTransport({ fetch }) }),
      ...authorization,
    })
    return made
  }
  /** What is kept belongs to the login that it was asked with. */
  function forget(): void {
    made?.forget()
  }

  return {
    get endpoint() {
      return endpoint()
    },
    get admin() {
      return client().admin
    },
    get signal() {
      return client().signal
    },
    get dataProxy() {
      return client().dataProxy
    },
    get identity() {
      return client().identity
    },
    get authMetadata() {
      return client().authMetadata
    },
    auth,
    forget,
    async waitForExecution(id, waitOptions) {
      const { waitForExecution } = await import('./wait-for-execution.js')
      return waitForExecution(client().admin, id, { ...defined({ clock }), ...waitOptions })
    },
    close,
  }
}

/** What a wiring needs of the client that it is for. */
interface Wired {
  endpoint(): string
  client(): AdminClient
  forget(): void
}

function wire(options: FlyteClientOptions, wired: Wired): Wiring<FlyteClient['auth']> {
  if (options.auth === 'pkce') return pkce(options, wired)
  return options.auth === 'admin-session' ? adminSession(options, wired) : given(options.auth, wired)
}

function pkce(options: PkceClientOptions, { endpoint, client, forget }: Wired): Wiring<PkceLogin> {
  const tokens = loadedOnce(
    () => Promise.all([import('./pkce-tokens.js'), tokenStoreFor(options)]),
    ([{ createPkceTokens }, store]) => createPkceTokens(options, endpoint(), store),
  )
  const getToken: PkceLogin['getToken'] = async (asking) => (await tokens()).getToken(asking)
  return {
    tokenSource: { getToken },
    close: () =>
      void tokens.ifWanted()?.then(
        ({ close }) => close(),
        () => {},
      ),
    auth: {
      getToken,
      login: async (ending) => (await tokens()).login(ending).finally(forget),
      logout: async (ending) => (await tokens()).logout(ending).finally(forget),
      async user(asking) {
        if (!(await (await tokens()).isKnown())) return null
        const { signedInUser } = await import('./signed-in-user.js')
        return signedInUser(client(), asking)
      },
      async handleRedirectCallback() {
        if (typeof window === 'undefined') return undefined
        const isAnswered = /[?&]state=/.test(location.search) && /[?&](code|error)=/.test(location.search)
        if (isAnswered || tokens.ifWanted()) return (await tokens()).handleRedirectCallback(isAnswered).finally(forget)
        // A browser lets a popup through for a click, and not for one that was a while ago.
        if (options.login === 'popup') {
          tokens()
            .then(({ prepare }) => prepare())
            .catch(() => {})
        }
        return undefined
      },
    },
  }
}

function adminSession(options: AdminSessionClientOptions, { forget }: Wired): Wiring<SessionLogin> {
  const { endpoint, allowedRedirects, fetch, timeout, onEvent } = options
  const session = loadedOnce(
    () => import('./create-admin-session.js'),
    ({ createAdminSession }) =>
      createAdminSession({ endpoint, ...defined({ allowedRedirects, fetch, timeout, onEvent }) }),
  )
  return {
    // It adds the cookies.
    transport: fetchTransport({ fetch: async (url, init) => (await session()).fetch(url, init) }),
    auth: {
      user: async (asking) => (await session()).user(asking),
      login: async (leaving) => (await session()).login(leaving),
      async logout(leaving) {
        const { logout } = await session()
        logout(leaving)
        forget()
      },
      handleRedirectCallback: async () => undefined,
    },
  }
}

function given(tokenSource: TokenSource, { client }: Wired): Wiring<GivenTokens> {
  return {
    tokenSource,
    auth: {
      getToken: (asking) => tokenSource.getToken(asking),
      async user(asking) {
        const { signedInUser } = await import('./signed-in-user.js')
        return signedInUser(client(), asking)
      },
      handleRedirectCallback: async () => undefined,
    },
  }
}
