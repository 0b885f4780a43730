import { type AdminClient, type AdminClientOptions, createAdminClient } from '@flyte-js/admin'
import { type ExecutionId, type WaitOptions, waitForExecution } from '@flyte-js/admin/executions'
import type { FileUpload, FileUploadOptions, UploadedFile } from '@flyte-js/admin/node'
import type { TokenManager } from '@flyte-js/auth'
import { httpBaseUrl } from '@flyte-js/config'
import { loadConfig } from '@flyte-js/config/node'
import {
  authorizationHeader,
  type Clock,
  defined,
  type HttpTransport,
  systemClock,
  type TokenSource,
} from '@flyte-js/core'
import { createNodeFetch, nodeHttpTransport } from '@flyte-js/core/node'
import type { Execution } from '@flyte-js/idl'
import manifest from '../package.json'
import type { FlyteLoginOptions } from './create-flyte-login.js'
import { type FlyteLogin, flyteLogin, withoutLogin } from './flyte-login.js'
import { createNetwork } from './network/create-network.js'
import { limitsIn } from './running-workflow.js'

/** What {@link createFlyteClient} can be told; everything has its default from the environment. */
export interface FlyteClientOptions
  extends Pick<AdminClientOptions, 'callTimeout' | 'retries' | 'limits' | 'cache' | 'maxBytes'>,
    FlyteLoginOptions {
  /** Who has tokens, from the first call on, instead of the login that the configuration describes. */
  tokenSource?: TokenSource
  /** How calls reach the network. Default: `node:http` on agents that OAuth shares. */
  transport?: HttpTransport
}

/** Flyte Admin and the login to it. */
export interface FlyteClient extends AdminClient {
  /** The base URL of Flyte Admin, without a slash at its end. */
  readonly endpoint: string
  /** The login. */
  readonly auth: FlyteLogin
  /**
   * Waits until an execution has ended, whatever its end.
   *
   * @throws AdminError `FLYTE_ADMIN_WAIT_TIMEOUT`, which says the last phase
   */
  waitForExecution(id: ExecutionId, options?: WaitOptions): Promise<Execution>
  /**
   * Uploads a file on disk for tasks to read, streamed, on the connections of this client: with its trust and its proxy.
   *
   * @throws AdminError `FLYTE_ADMIN_UPLOAD_FAILED` with the store's status; what `createUploadLocation` throws
   */
  uploadFile(file: FileUpload, options?: Omit<FileUploadOptions, 'agents'>): Promise<UploadedFile>
  /** Closes the kept-alive connections. A script need not call it to end. A transport that was given is left open. */
  close(): void
}

/**
 * Connects to Flyte Admin as the configuration says: the FLYTE_* settings of this process, with their redirects, and flytekit's
 * configuration file.
 *
 * `FLYTE_CREDENTIALS_AUTH_MODE` picks the login: `standard`, which is the default (a person logs in, by a browser, a printed URL or
 * the device flow, as suits what is at hand), `deviceflow`, `basic` (client credentials) or `none`. With `FLYTE_PLATFORM_AUTH=true`
 * there is a token from the first call on; otherwise, as in flytekit, the first 401 starts the login, and a token that is kept from
 * before is sent at once. A person's login is kept between runs: within the life of its refresh token nobody is asked again.
 * `external_command` has a program print the token (`FLYTE_CREDENTIALS_COMMAND`).
 *
 * Every connection, of logins and calls alike, trusts `platform.ca_cert_file_path` beside the platform's authorities, and goes through
 * `platform.http_proxy_url`, or the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` tell. `credentials.proxy_command` gives a
 * second token for what stands before Flyte Admin.
 *
 * @throws ConfigError for a setting that is missing or malformed
 *
 * @example
 * ```ts
 * import { createFlyteClient } from '@flyte-js/node'
 *
 * const flyte = await createFlyteClient()
 * const { projects } = await flyte.admin.listProjects()
 * ```
 */
export async function createFlyteClient(options: FlyteClientOptions = {}): Promise<FlyteClient> {
  const {
    env = process.env,
    profile,
    configFile: path,
    config: overrides,
    timeout,
    store,
    login = {},
    onEvent,
    clock,
  } = options
  const { retries, limits = {}, callTimeout, cache, maxBytes, tls, proxyOrigins } = options
  const resolution = await loadConfig({ env, ...defined({ profile, path, overrides }) })
  resolution.require('platform.url')
  const { config } = resolution
  const { authorizationMetadataKey: metadataKey } = config.credentials
  const { maxRetries, perRetryTimeout, maxBackoffDelay } = config.admin
  const endpoint = httpBaseUrl(config)
  const network = await createNetwork(config, { env, endpoint, onEvent, clock, ...defined({ tls, proxyOrigins }) })
  const { agents } = network
  const fetch = network.wrapFetch(createNodeFetch(defined({ agents, timeout })))
  const transport = network.wrapTransport(options.transport ?? nodeHttpTransport({ agents }))

  const headerName = metadataKey && authorizationHeader(metadataKey)
  const given = options.tokenSource
  const own = given ? undefined : await flyteLogin(resolution, { env, fetch, login, store, onEvent, clock })
  const tokenSource = given ?? own
  const client = createAdminClient({
    endpoint,
    transport,
    // Whoever gives a token source means it to be used; so does who has logged in before.
    authorizeAfterRefusal: given === undefined && !config.platform.auth && !(await hasLogin(own, clock)),
    timeout: timeout ?? perRetryTimeout,
    retries: { limit: maxRetries, maxDelay: maxBackoffDelay, ...retries },
    limits: limitsIn(env, limits, onEvent),
    // The operator who looks at the log of Flyte Admin sees whose calls these are.
    userAgent: `flyte-js/${manifest.version}`,
    ...defined({ authorizationHeader: headerName, callTimeout, cache, maxBytes, tokenSource, onEvent, clock }),
  })
  const auth = own ?? withoutLogin(given)
  return {
    ...client,
    endpoint,
    auth: {
      ...auth,
      // What is kept belongs to the login that it was asked with.
      login: (options) => auth.login(options).finally(client.forget),
      logout: (options) => auth.logout(options).finally(client.forget),
    },
    waitForExecution: (id, waitOptions) =>
      waitForExecution(client.admin, id, { ...defined({ clock }), ...waitOptions }),
    async uploadFile(file, uploadOptions) {
      // Loaded where it is used: few scripts upload.
      const { uploadFile } = await import('@flyte-js/admin/node')
      return uploadFile(client, file, { ...uploadOptions, agents })
    },
    close() {
      own?.close()
      network.close()
    },
  }
}

/** Whether there is a login from before that can be used without asking anybody. */
async function hasLogin(own: Pick<TokenManager, 'peek'> | undefined, clock: Clock = systemClock): Promise<boolean> {
  // A store that fails now says so when a token is wanted.
  const tokenSet = await own?.peek().catch(() => undefined)
  if (tokenSet === undefined) return false
  const { expiresAt = Number.POSITIVE_INFINITY, refreshToken } = tokenSet
  return refreshToken !== undefined || expiresAt > clock.now()
}
