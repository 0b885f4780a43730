// One Flyte Admin without its socket: state, login and gateway put together, and the routes beside the API.
import type { HttpAnswer, HttpRequest } from '../http-exchange.js'
import { createTokenKey } from './access-token.js'
import { createApi } from './api.js'
import { authenticate } from './authenticate.js'
import { createDataProxy, isStorePath } from './data-proxy/data-proxy.js'
import type { ExecutionDataSets } from './data-proxy/execution-data-sets.js'
import { createExternalAuthServer } from './external-auth-server.js'
import { createGateway } from './gateway.js'
import { redirect } from './http-redirect.js'
import { createIdentityHandlers } from './identity-service.js'
import { createOAuthServer } from './oauth/oauth-server.js'
import { openApiDocument } from './openapi.js'
import type { FlyteAdminOptions } from './options.js'
import { publicUrl } from './public-url.js'
import { type AdminSecrets, completeSecrets } from './secrets.js'
import { createLoginPages, type Page } from './session/login-pages.js'
import { createSignal, type SignalId } from './signals.js'

const discoveryRpcs = new Set(['GetOAuth2Metadata', 'GetPublicClientConfig'])

/** It, ready to be asked. */
export interface Admin {
  secrets: AdminSecrets
  answer(request: HttpRequest): Promise<HttpAnswer>
  executionData: ExecutionDataSets
  createSignal(id: SignalId, type: object): void
  /** Stops what it has started. */
  close(): Promise<void>
}

/**
 * Makes it.
 *
 * @param ownOrigins The URLs it can be reached by, known once it listens.
 */
export async function createAdmin(options: FlyteAdminOptions, ownOrigins: () => string[]): Promise<Admin> {
  const { auth = 'self', clock = { now: () => Date.now() }, externalAuthServer } = options
  if (auth === 'external' && externalAuthServer === undefined) {
    throw new TypeError(`startFlyteAdmin: auth 'external' needs externalAuthServer, the issuer's URL.`)
  }
  const now = () => clock.now()
  const authorizedUris = () => options.authorizedUris ?? ownOrigins()
  const issuerFor = (host: string) => publicUrl(host, authorizedUris())
  const external = auth === 'external' ? createExternalAuthServer(externalAuthServer as string) : undefined
  const secrets = await completeSecrets(options.secrets, { isSigning: auth === 'self' })
  const key = secrets.signingKey && auth === 'self' ? await createTokenKey(secrets.signingKey) : undefined
  const verify = (token: string) => (external ?? (key as NonNullable<typeof key>)).verify(token, now())

  const sealingKey = Buffer.from(secrets.sealingKey, 'base64')
  const login = createLoginPages(options, { now, authorizedUris, issuerFor, sealingKey })
  const dataProxy = createDataProxy(now, options.basePath)
  const api = dataProxy.extend(createApi(options, now))
  const gateway = createGateway({
    handlers: {
      ...api,
      ...createIdentityHandlers({
        authorizedUris,
        grpcAuthorizationHeader: options.grpcAuthorizationHeader ?? 'flyte-authorization',
        externalMetadata: external?.metadata,
        publicClient: {
          clientId: 'flytectl',
          redirectUri: 'http://localhost:53593/callback',
          scopes: ['all', 'offline'],
          audience: '',
          ...options.publicClient,
        },
      }),
    },
    openRpcs: discoveryRpcs,
    missingServices: new Set(auth === 'none' ? ['AuthMetadataService', 'IdentityService'] : []),
    authenticate: async (headers) =>
      auth === 'none'
        ? undefined
        : authenticate(headers, {
            httpAuthorizationHeader: options.httpAuthorizationHeader ?? 'flyte-authorization',
            verify,
            session: login.session,
            audiences: (host) => [...(external === undefined ? [] : (options.allowedAudience ?? [])), issuerFor(host)],
          }),
  })

  const pages: Readonly<Record<string, Page>> =
    auth === 'none'
      ? {}
      : {
          ...login.pages,
          ...(key && createOAuthServer(options, { key, sealingKey, now, issuerFor, session: login.session })),
          '/.well-known/openid-configuration': async (request) => {
            const { issuer } = await login.identityProvider()
            return redirect(request, 303, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
          },
        }

  async function answer(request: HttpRequest): Promise<HttpAnswer> {
    const { path } = request
    if (/%(?![0-9a-fA-F]{2})/.test(path)) return badRequest
    if (isStorePath(path)) return dataProxy.answer(request)
    if (path === '/healthcheck') return { status: 200 }
    if (path === '/api/v1/openapi')
      return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: openApiDocument() }
    return (pages[path] ?? gateway)(request)
  }

  const { executionData } = dataProxy
  return { secrets, answer, executionData, createSignal: (id, type) => createSignal(api, id, type), close: login.close }
}

/** What Go's server says to a broken percent-encoding. */
const badRequest: HttpAnswer = {
  status: 400,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' },
  body: '400 Bad Request',
}
