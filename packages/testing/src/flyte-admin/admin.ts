// One Flyte Admin without its socket: state, login and gateway put together, and the routes beside the API.
import { createTokenKey } from './access-token.js'
import { authenticate } from './authenticate.js'
import { defaultClients } from './clients.js'
import { createExecutions } from './executions.js'
import { createExternalAuthServer } from './external-auth-server.js'
import { createGateway } from './gateway.js'
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './http-exchange.js'
import { checkFields } from './identifiers.js'
import { createIdentityHandlers } from './identity-service.js'
import { createLaunchPlans } from './launch-plans.js'
import { page } from './lists.js'
import { messageField } from './message.js'
import { createNamedEntities } from './named-entities.js'
import { answerTokenRequest } from './oauth.js'
import { openApiDocument } from './openapi.js'
import type { FlyteAdminOptions } from './options.js'
import { createProjects } from './projects.js'
import { publicUrl } from './public-url.js'
import { createSingleTasks } from './single-task.js'
import type { Handlers } from './state.js'
import { createTasks } from './tasks.js'
import { createWorkflows } from './workflows.js'

const defaultTimes = { queued: 100, running: 100 }
const discoveryRpcs = new Set(['GetOAuth2Metadata', 'GetPublicClientConfig'])

/**
 * Makes it.
 *
 * @param ownOrigins The URLs it can be reached by, known once it listens.
 */
export async function createAdmin(
  options: FlyteAdminOptions,
  ownOrigins: () => string[],
): Promise<(request: HttpRequest) => Promise<HttpAnswer>> {
  const { auth = 'self', clock = { now: () => Date.now() }, externalAuthServer } = options
  if (auth === 'external' && externalAuthServer === undefined) {
    throw new TypeError(`startFlyteAdmin: auth 'external' needs externalAuthServer, the issuer's URL.`)
  }
  const now = () => clock.now()
  const authorizedUris = () => options.authorizedUris ?? ownOrigins()
  const issuerFor = (host: string) => publicUrl(host, authorizedUris())
  const external = auth === 'external' ? createExternalAuthServer(externalAuthServer as string) : undefined
  const key = auth === 'self' ? await createTokenKey() : undefined
  const verify = (token: string) => (external ?? (key as NonNullable<typeof key>)).verify(token, now())

  const gateway = createGateway({
    handlers: {
      ...createApi(options, now),
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
            audiences: (host) => [...(external === undefined ? [] : (options.allowedAudience ?? [])), issuerFor(host)],
          }),
  })

  return async (request) => {
    const { path, method, headers } = request
    if (/%(?![0-9a-fA-F]{2})/.test(path)) return badRequest
    const host = headers.host ?? ''
    if (path === '/healthcheck') return { status: 200 }
    if (path === '/api/v1/openapi')
      return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: openApiDocument() }
    if (path === '/.well-known/openid-configuration' && auth !== 'none') {
      return redirectToIssuer(externalAuthServer ?? issuerFor(host), method)
    }
    if (key !== undefined && path === '/oauth2/jwks') return jsonAnswer(200, key.jwks)
    if (key !== undefined && path === '/oauth2/token') {
      const { status, json } = await answerTokenRequest(
        { method, headers, body: request.body.toString(), issuer: issuerFor(host) },
        {
          clients: options.clients ?? defaultClients,
          key,
          now,
          accessTokenLifetime: options.accessTokenLifetime ?? 1799,
        },
      )
      const uncached = {
        'Cache-Control': 'no-store',
        'Content-Type': 'application/json;charset=UTF-8',
        Pragma: 'no-cache',
      }
      return jsonAnswer(status, json, uncached)
    }
    return gateway(request)
  }
}

function createApi(options: FlyteAdminOptions, now: () => number): Handlers {
  const { executionTimes = defaultTimes } = options
  const projects = createProjects(now)
  const tasks = createTasks(projects, now)
  const workflows = createWorkflows(projects, tasks, now)
  const launchPlans = createLaunchPlans(projects, workflows, now)
  const startedAt = new Date(now()).toISOString().replace('T', ' ').replace('Z', '000000 +0000 UTC m=+0.000753831')
  return {
    ...projects.handlers,
    ...tasks.handlers,
    ...workflows.handlers,
    ...launchPlans.handlers,
    ...createNamedEntities({ TASK: tasks.store, WORKFLOW: workflows.store, LAUNCH_PLAN: launchPlans.store }),
    ...createExecutions(projects, launchPlans, createSingleTasks(tasks, workflows, launchPlans, now), {
      now,
      timesOf: typeof executionTimes === 'function' ? executionTimes : () => executionTimes,
    }),
    ListDescriptionEntities: (request) => {
      checkFields(messageField(request, 'id'), ['project', 'domain', 'name'])
      // Descriptions are not kept here, so the list is empty; the name in the refusal of a token is the real one's.
      page([], request, {
        rpc: 'ListWorkflows',
        table: { name: 'description_entities', letter: 'de', columns: [] },
        row: () => ({}),
      })
      return {}
    },
    GetVersion: () => ({ control_plane_version: { Build: 'unknown', Version: 'unknown', BuildTime: startedAt } }),
  }
}

/** What Go's server says to a broken percent-encoding. */
const badRequest: HttpAnswer = {
  status: 400,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' },
  body: '400 Bad Request',
}

function redirectToIssuer(issuer: string, method: string): HttpAnswer {
  const location = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const isRead = method === 'GET' || method === 'HEAD'
  return {
    status: 303,
    headers: { ...(isRead && { 'Content-Type': 'text/html; charset=utf-8' }), Location: location },
    ...(isRead && { body: `<a href="${location}">See Other</a>.\n\n` }),
  }
}
