// What the login of every mode is tested against: embedded servers, and beside them real ones where environment variables name them.
import {
  type AuthorizationServer,
  createUserAgent,
  type FlyteAdmin,
  type RecordedRequest,
  startAuthorizationServer,
  startFlyteAdmin,
} from '@flyte-js/testing'
import { freePort } from '../../pkce-auth/test/loopback.js'

/** A Flyte Admin, and who can log in to it. */
export interface AuthTarget extends AsyncDisposable {
  readonly endpoint: string
  /** A client that logs in for itself. */
  readonly client: { readonly id: string; readonly secret: string }
  /** Where the answer to a person's browser goes. */
  readonly redirectUri: string
  /** The public client that may use the device flow, as the advertised one may not; where there is none, no client may. */
  readonly deviceClientId: string | undefined
  /** The person at the verification page: lets a device in, or refuses it. */
  answerDevice(verificationUri: string, userCode: string, answer: 'confirm' | 'abort'): Promise<void>
  /** The servers where they run in this process: what they were sent is for them alone to tell. */
  readonly embedded: EmbeddedServers | undefined
}

/** Servers that tell what they were sent. */
export interface EmbeddedServers {
  readonly admin: FlyteAdmin
  /** The external authorization server, where there is one. */
  readonly provider: AuthorizationServer | undefined
  /** What Flyte Admin's API was sent. */
  calls(): RecordedRequest[]
  /** What the token endpoint was sent by clients that are no Flyte Admin. */
  tokenRequests(): { readonly form: URLSearchParams; readonly headers: Readonly<Record<string, string>> }[]
  authorizationRequests(): RecordedRequest[]
  clear(): void
}

const environment = process.env

/**
 * Each with its name and how it is started. Real ones are named by `FLYTE_TEST_ENDPOINT` (its own authorization server, the client
 * `FLYTE_TEST_CLIENT_ID`, `FLYTE_TEST_CLIENT_SECRET`) and `FLYTE_TEST_ENDPOINT_EXTERNAL` (the client `svc` with `svc-secret`; the
 * device flow where `FLYTE_TEST_DEVICE_CLIENT_ID` names a client that may use it). A real one has one redirect URI: files that log
 * in there run one after the other (`--no-file-parallelism`).
 */
export const authTargets: readonly (readonly [name: string, start: () => Promise<AuthTarget>])[] = [
  ['an embedded Flyte Admin with its own authorization server', () => startEmbedded('self')],
  ['an embedded Flyte Admin with an external authorization server', () => startEmbedded('external')],
  ...real('its own', environment.FLYTE_TEST_ENDPOINT, {
    id: environment.FLYTE_TEST_CLIENT_ID ?? 'flytepropeller',
    secret: environment.FLYTE_TEST_CLIENT_SECRET ?? 'short-secret',
  }),
  ...real(
    'an external',
    environment.FLYTE_TEST_ENDPOINT_EXTERNAL,
    { id: 'svc', secret: 'svc-secret' },
    environment.FLYTE_TEST_DEVICE_CLIENT_ID,
  ),
]

async function startEmbedded(auth: 'self' | 'external'): Promise<AuthTarget> {
  const redirectUri = `http://localhost:${await freePort()}/callback`
  const person = { id: 'flytectl', redirectUris: [redirectUri], grantTypes: ['authorization_code', 'refresh_token'] }
  // They need encoding (RFC 6749 section 2.3.1).
  const client = { id: 'client:1', secret: 'p@ss:w/o+rd %41' }
  const device = { id: 'tv', grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'] }
  const isExternal = auth === 'external'
  const provider = isExternal
    ? await startAuthorizationServer({ clients: [person, client, device], devicePollingInterval: 1 })
    : undefined
  const admin = await startFlyteAdmin({
    publicClient: { redirectUri },
    ...(provider === undefined
      ? { clients: [person, client] }
      : { auth, externalAuthServer: provider.issuer, allowedAudience: [provider.issuer] }),
  })
  const server = provider ?? admin
  return {
    endpoint: admin.url,
    client,
    redirectUri,
    deviceClientId: isExternal ? device.id : undefined,
    answerDevice,
    embedded: {
      admin,
      provider,
      calls: () => admin.requests.filter(({ path }) => path.startsWith('/api/') || path === '/me'),
      tokenRequests: () =>
        server
          .requestsTo(isExternal ? '/token' : '/oauth2/token')
          .map(({ body, headers }) => ({ form: new URLSearchParams(body), headers })),
      authorizationRequests: () => server.requestsTo(isExternal ? '/auth' : '/oauth2/authorize'),
      clear() {
        admin.clearRequests()
        provider?.clearRequests()
      },
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([admin.close(), provider?.close()])
    },
  }
}

function real(
  whose: string,
  endpoint: string | undefined,
  client: AuthTarget['client'],
  deviceClientId?: string,
): [string, () => Promise<AuthTarget>][] {
  if (endpoint === undefined) return []
  const start = async (): Promise<AuthTarget> => {
    const response = await fetch(`${endpoint}/config/v1/flyte_client`, { headers: { accept: 'application/json' } })
    const { redirect_uri: redirectUri } = (await response.json()) as { redirect_uri: string }
    const embedded = undefined
    return { endpoint, client, redirectUri, deviceClientId, answerDevice, embedded, async [Symbol.asyncDispose]() {} }
  }
  return [[`a real Flyte Admin with ${whose} authorization server`, start]]
}

/** As at the pages of oidc-provider, which both kinds of servers have. */
const answerDevice: AuthTarget['answerDevice'] = async (verificationUri, userCode, answer) => {
  const { origin, pathname } = new URL(verificationUri)
  const page = `${origin}${pathname}`
  const agent = createUserAgent()
  const form = await (await agent.request(page)).text()
  const xsrf = /name="xsrf" value="([^"]*)"/.exec(form)?.[1] ?? ''
  const body = new URLSearchParams({ xsrf, user_code: userCode, [answer]: 'yes' })
  const response = await agent.request(page, { method: 'POST', body })
  const location = response.headers.get('location')
  if (location !== null) await agent.followRedirects(new URL(location, page))
}

/** A Basic header as a server decodes it. */
export function basicCredentials(header = ''): [id: string, secret: string] {
  const [id = '', secret = ''] = Buffer.from(header.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':')
  const decode = (text: string) => new URLSearchParams(`_=${text}`).get('_') ?? ''
  return [decode(id), decode(secret)]
}
