import { randomBytes } from 'node:crypto'
import {
  type AuthorizationServer,
  type AuthorizationServerClient,
  type AuthorizationServerOptions,
  type FlyteAdmin,
  type RecordedRequest,
  startAuthorizationServer,
  startFlyteAdmin,
} from '@flyte-js/testing'
import { type PortalInstance, type PortalOptions, startFront, startUnseen } from './start-portal.js'

/** A portal, in one process or several, with the servers behind it. */
export interface Stage {
  readonly origin: string
  readonly instances: readonly PortalInstance[]
  /** How often tokens were renewed. */
  refreshes(): number
  /** Moves the clocks of all instances on until the access tokens have ended. */
  endTokens(): Promise<void>
  close(): Promise<void>
}

/** One that logs people in at an OpenID provider, whose tokens Flyte Admin takes. */
export interface ProviderStage extends Stage {
  readonly provider: AuthorizationServer
  readonly admin: FlyteAdmin
  readonly cookieKey: string
}

/** One that logs people in at Flyte Admin's own server. */
export interface AdminStage extends Stage {
  /** What can be looked into; a real Flyte Admin cannot. */
  readonly embedded: { admin: FlyteAdmin; advance(milliseconds: number): void } | undefined
}

/** How the first is set up. */
export interface ProviderStageOptions {
  instances?: number
  portal?: Partial<PortalOptions>
  /** Whether Flyte Admin says where the provider is, instead of the portal's options. */
  isNamedByAdmin?: boolean
  /** What else the provider knows of the portal. */
  client?: (origin: string) => Partial<AuthorizationServerClient>
  provider?: AuthorizationServerOptions
}

/** A client's secret that has to be form-encoded. */
export const secret = 'p@ss:w/o+rd %41 of the portal'

const grantTypes = ['authorization_code', 'refresh_token']
/** Seconds of an access token's life, at the provider and at Flyte Admin. */
const providerLifetime = 300
const adminLifetime = 1800

/**
 * Starts a provider that asks persons who they are, a Flyte Admin that takes its tokens, and a portal that is a client without
 * PKCE and with a secret, as Flyte's documents have it. A refresh token can be used once.
 */
export async function startProviderStage(options: ProviderStageOptions = {}): Promise<ProviderStage> {
  const front = await startFront()
  const { origin, redirectUri } = front
  const provider = await startAuthorizationServer({
    clients: [{ id: 'portal', secret, grantTypes, redirectUris: [redirectUri], ...options.client?.(origin) }],
    accessTokenLifetime: providerLifetime,
    rotateRefreshTokens: true,
    asksPerson: true,
    ...options.provider,
  })
  const { issuer } = provider
  const admin = await startFlyteAdmin({ auth: 'external', externalAuthServer: issuer, allowedAudience: [issuer] })
  const cookieKey = newKey()
  const portal: PortalOptions = {
    ...(!options.isNamedByAdmin && { issuer }),
    endpoint: admin.url,
    clientId: 'portal',
    clientSecret: secret,
    scopes: ['openid', 'profile', 'email', 'all', 'offline_access'],
    cookieKeys: [cookieKey],
  }
  const instances = await front.serve({ ...portal, ...options.portal }, options.instances)
  return {
    origin,
    instances,
    provider,
    admin,
    cookieKey,
    refreshes: () => provider.requestsTo('/token').filter(isRefresh).length,
    endTokens: () => advance(instances, providerLifetime),
    async close() {
      await Promise.all([front.close(), provider.close(), admin.close()])
    },
  }
}

/**
 * Starts a Flyte Admin with its own server, or takes a real one where `FLYTE_TEST_ENDPOINT` names it. That needs a client with a
 * secret, `FLYTE_TEST_WEB_CLIENT_ID` (default `webapp`) and `FLYTE_TEST_WEB_CLIENT_SECRET` (default `short-secret`), with the
 * redirect URI `http://localhost:3000/callback`, and a provider that asks nobody.
 *
 * @param portal - options of the portal
 * @param how - whether it must be one that can be looked into
 */
export async function startAdminStage(
  portal: Partial<PortalOptions> = {},
  { isEmbedded = process.env.FLYTE_TEST_ENDPOINT === undefined } = {},
): Promise<AdminStage> {
  const { FLYTE_TEST_ENDPOINT, FLYTE_TEST_WEB_CLIENT_ID, FLYTE_TEST_WEB_CLIENT_SECRET } = process.env
  const front = await startFront(isEmbedded ? 0 : 3000)
  const embedded = isEmbedded ? await startEmbeddedAdmin(front.redirectUri) : undefined
  const client =
    embedded === undefined
      ? { id: FLYTE_TEST_WEB_CLIENT_ID ?? 'webapp', secret: FLYTE_TEST_WEB_CLIENT_SECRET ?? 'short-secret' }
      : { id: 'portal', secret }
  const instances = await front.serve({
    endpoint: embedded?.admin.url ?? (FLYTE_TEST_ENDPOINT as string),
    clientId: client.id,
    clientSecret: client.secret,
    cookieKeys: [newKey()],
    ...portal,
  })
  const told = () => instances.flatMap(({ events }) => events.filter(({ type }) => type === 'token.refreshed')).length
  return {
    origin: front.origin,
    instances,
    embedded,
    refreshes: () => embedded?.admin.requestsTo('/oauth2/token').filter(isRefresh).length ?? told(),
    endTokens: () => advance(instances, adminLifetime),
    async close() {
      await Promise.all([front.close(), embedded?.admin.close()])
    },
  }
}

/** One whose Flyte Admin names an external authorization server, and takes its tokens. */
export interface ExternalStage extends Stage {
  /** What can be looked into; real ones cannot. */
  readonly embedded: ProviderStage | undefined
}

/**
 * Starts a Flyte Admin with an external provider that asks nobody, or takes a real one where `FLYTE_TEST_ENDPOINT_EXTERNAL` names it.
 * Its provider needs a client with a secret, `FLYTE_TEST_EXTERNAL_CLIENT_ID` (default `flyteadmin`) and
 * `FLYTE_TEST_EXTERNAL_CLIENT_SECRET` (default `admin-idp-secret`), with the redirect URI `http://127.0.0.1:8088/callback`, which need
 * not be free, and a resource (RFC 8707) `FLYTE_TEST_EXTERNAL_RESOURCE` (default `http://localhost:8088`) whose tokens live an hour.
 */
export async function startExternalStage(): Promise<ExternalStage> {
  const {
    FLYTE_TEST_ENDPOINT_EXTERNAL: endpoint,
    FLYTE_TEST_EXTERNAL_CLIENT_ID: clientId = 'flyteadmin',
    FLYTE_TEST_EXTERNAL_CLIENT_SECRET: clientSecret = 'admin-idp-secret',
    FLYTE_TEST_EXTERNAL_RESOURCE: resource = 'http://localhost:8088',
  } = process.env
  if (endpoint === undefined) {
    const embedded = await startProviderStage({ isNamedByAdmin: true, provider: { asksPerson: false } })
    return { ...embedded, embedded }
  }
  const origin = 'http://127.0.0.1:8088'
  const { instance, close } = await startUnseen({
    endpoint,
    clientId,
    clientSecret,
    redirectUri: `${origin}/callback`,
    scopes: ['openid', 'profile', 'email', 'offline_access', 'all'],
    parameters: { resource },
    cookieKeys: [newKey()],
  })
  const instances = [instance]
  return {
    origin,
    instances,
    embedded: undefined,
    refreshes: () => instance.events.filter(({ type }) => type === 'token.refreshed').length,
    endTokens: () => advance(instances, 3600),
    close,
  }
}

async function startEmbeddedAdmin(redirectUri: string) {
  let ahead = 0
  const admin = await startFlyteAdmin({
    clients: [{ id: 'portal', secret, grantTypes, redirectUris: [redirectUri] }],
    clock: { now: () => Date.now() + ahead },
  })
  const advance = (milliseconds: number) => {
    ahead += milliseconds
  }
  return { admin, advance }
}

const newKey = () => randomBytes(32).toString('base64url')

async function advance(instances: readonly PortalInstance[], seconds: number): Promise<void> {
  await Promise.all(instances.map((instance) => instance.advance(seconds * 1000)))
}

function isRefresh({ body }: RecordedRequest): boolean {
  return new URLSearchParams(body).get('grant_type') === 'refresh_token'
}
