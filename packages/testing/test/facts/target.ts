// What the facts are tested against: the embedded Flyte Admin, or a real one where environment variables name it.
import { randomUUID } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { systemClock } from '@flyte-js/core'
import { afterAll, beforeAll } from 'vitest'
import {
  createTestClock,
  createUserAgent,
  type FlyteAdminOptions,
  startAuthorizationServer,
  startFlyteAdmin,
  type UserAgent,
} from '../../src/index.js'

/** A Flyte Admin to ask. */
export interface Target {
  url: string
  /** Sends a request as it is: nothing is added but `Host` and, with a body, its length. */
  send(path: string, options?: SendOptions): Promise<Answer>
  /** Sends a request with a token, for and with JSON in snake_case. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Asks the token endpoint. */
  requestToken(form: Record<string, string>, headers?: Record<string, string>): Promise<Answer>
  /** A token of the confidential client with scope `all`. */
  token(): Promise<string>
  /** The URL of an authorization request of `flytectl`, but for what is given. `undefined` leaves a parameter out. */
  authorizationUrl(parameters?: Record<string, string | undefined>): string
  /** Logs a person in, and returns where the browser was sent at last: the client's redirect URI with the answer. */
  logIn(parameters?: Record<string, string | undefined>, userAgent?: UserAgent): Promise<URL>
  /** Exchanges the code of a login of `flytectl`. */
  exchange(callback: URL, form?: Record<string, string>): Promise<Answer>
  /** Lets time pass. */
  elapse(milliseconds: number): Promise<void>
  /** The header that carries the confidential client's credentials. */
  basic: string
}

export interface SendOptions {
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Another host of the same server. */
  host?: string
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  bytes: Buffer
  text: string
  /** The body as JSON. */
  json<T = Record<string, never>>(): T
}

/** The origin that CORS lets in. */
export const allowedOrigin = 'http://localhost:3000'

const environment = process.env
const client = {
  id: environment.FLYTE_TEST_CLIENT_ID ?? 'flytepropeller',
  secret: environment.FLYTE_TEST_CLIENT_SECRET ?? 'short-secret',
}

/**
 * The kinds of Flyte Admin that facts are about, by the variable that names a real one. Unset ones are embedded.
 *
 * - default: the clients flytepropeller, specialchars and limited, `localhost` and `127.0.0.1` authorized
 * - events: executions stand still until events move them, as on a real one that no propeller works for
 * - cors: lets `http://localhost:3000` in
 * - split: takes `x-http-tok`, advertises `x-grpc-tok`
 * - https: has no authorized URIs
 * - short: its access tokens and codes live 5 seconds, its refresh tokens 20
 * - session: its identity provider's ID tokens live 4 seconds; embedded it is time that goes faster
 */
const kinds = {
  default: { variable: 'FLYTE_TEST_ENDPOINT', options: {} },
  events: { variable: 'FLYTE_TEST_ENDPOINT', options: { executionTimes: 'never' } },
  cors: { variable: 'FLYTE_TEST_ENDPOINT_CORS', options: { cors: { allowedOrigins: [allowedOrigin] } } },
  split: {
    variable: 'FLYTE_TEST_ENDPOINT_SPLIT',
    options: { httpAuthorizationHeader: 'x-http-tok', grpcAuthorizationHeader: 'x-grpc-tok' },
  },
  https: { variable: 'FLYTE_TEST_ENDPOINT_HTTPS', options: { authorizedUris: [] } },
  short: {
    variable: 'FLYTE_TEST_ENDPOINT_SHORT',
    options: { accessTokenLifetime: 4, refreshTokenLifetime: 20, authorizationCodeLifetime: 5 },
  },
  session: { variable: 'FLYTE_TEST_ENDPOINT_SESSION', options: {} },
} satisfies Record<string, { variable: string; options: FlyteAdminOptions }>

/** A target for the tests of a file. */
export function useTarget(kind: keyof typeof kinds = 'default'): Target {
  const { variable, options } = kinds[kind]
  const clock = createTestClock()
  const real = environment[variable]
  let url = real ?? ''
  let close = async () => {}
  beforeAll(async () => {
    if (real !== undefined) return
    const admin = await startFlyteAdmin({ clock, ...options })
    url = admin.url
    close = admin.close
  })
  afterAll(() => close())
  return {
    ...createTarget(() => url),
    get url() {
      return url
    },
    elapse: (milliseconds) => (real === undefined ? clock.advance(milliseconds) : systemClock.sleep(milliseconds)),
  }
}

/** A target at which a person's session lives until `end`, which waits for that. */
export function useShortSession(): Target & { end(): Promise<void> } {
  const target = useTarget('session')
  const lifetime = environment[kinds.session.variable] === undefined ? 3_600_000 : 4000
  return {
    ...target,
    get url() {
      return target.url
    },
    end: () => target.elapse(lifetime + 1500),
  }
}

/** A target whose tokens an external authorization server issues, with a way to get them. */
export function useExternalTarget(): Target & { issuerToken(scope?: string): Promise<string> } {
  const real = environment.FLYTE_TEST_ENDPOINT_EXTERNAL
  let url = real ?? ''
  const closers: (() => Promise<void>)[] = []
  beforeAll(async () => {
    if (real !== undefined) return
    const audience = 'https://flyte.example.com'
    const issuer = await startAuthorizationServer({ audience })
    const admin = await startFlyteAdmin({
      auth: 'external',
      externalAuthServer: issuer.issuer,
      allowedAudience: [audience],
    })
    closers.push(admin.close, issuer.close)
    url = admin.url
  })
  afterAll(() => Promise.all(closers.map((close) => close())))
  const target = createTarget(() => url)
  return {
    ...target,
    get url() {
      return url
    },
    async issuerToken(scope) {
      const metadata = await target.send('/.well-known/oauth-authorization-server', { headers: snakeCase })
      const { token_endpoint: endpoint } = metadata.json<{ token_endpoint: string }>()
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { authorization: basicHeader('svc', 'svc-secret') },
        body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) }),
      })
      return ((await response.json()) as { access_token: string }).access_token
    },
  }
}

const authorizationRequest = {
  response_type: 'code',
  client_id: 'flytectl',
  redirect_uri: 'http://localhost:53593/callback',
  scope: 'all offline',
}

/** The cookies of a person's browser after `/login`, as they were set, by their names. */
export async function logInBrowser(target: Target): Promise<Map<string, string>> {
  const agent = createUserAgent()
  const cookies = new Map<string, string>()
  let url = new URL(`${target.url}/login?redirect_url=/healthcheck`)
  while (url.href !== `${target.url}/healthcheck`) {
    const response = await agent.request(url)
    if (url.origin === target.url) {
      for (const line of response.headers.getSetCookie()) cookies.set(line.slice(0, line.indexOf('=')), line)
    }
    url = new URL(response.headers.get('location') ?? 'missing:', url)
  }
  return cookies
}

/** A `Cookie` header of cookies as they were set. */
export function cookieHeader(cookies: ReadonlyMap<string, string>, names = [...cookies.keys()]): string {
  return names.map((name) => cookies.get(name)?.split(';')[0]).join('; ')
}

/** What makes the answer snake_case. */
export const snakeCase = { accept: 'application/json' }

function createTarget(url: () => string): Target {
  let token: Promise<string> | undefined
  const basic = basicHeader(formEncode(client.id), formEncode(client.secret))
  const target: Target = {
    get url() {
      return url()
    },
    basic,
    send: (path, options) => send(url(), path, options),
    async call(method, path, body, headers = {}) {
      const contentType = body === undefined ? {} : { 'content-type': 'application/json' }
      return target.send(path, {
        method,
        headers: { ...snakeCase, ...contentType, authorization: `Bearer ${await target.token()}`, ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
    },
    requestToken: (form, headers = { authorization: basic }) =>
      target.send('/oauth2/token', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(form).toString(),
      }),
    authorizationUrl(parameters = {}) {
      const request = { ...authorizationRequest, state: randomUUID(), ...parameters }
      const given = Object.entries(request).filter((entry): entry is [string, string] => entry[1] !== undefined)
      return `${target.url}/oauth2/authorize?${new URLSearchParams(given)}`
    },
    logIn: (parameters = {}, userAgent = createUserAgent()) =>
      userAgent.followRedirects(target.authorizationUrl(parameters), {
        until: parameters.redirect_uri ?? authorizationRequest.redirect_uri,
      }),
    exchange: ({ searchParams }, form = {}) =>
      target.requestToken(
        { grant_type: 'authorization_code', client_id: 'flytectl', code: searchParams.get('code') ?? '', ...form },
        {},
      ),
    elapse: (milliseconds) => systemClock.sleep(milliseconds),
    token() {
      token ??= target
        .requestToken({ grant_type: 'client_credentials', scope: 'all' })
        .then((answer) => answer.json<{ access_token: string }>().access_token)
      return token
    },
  }
  return target
}

function send(
  url: string,
  path: string,
  { method = 'GET', headers = {}, body, host }: SendOptions = {},
): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { hostname: host ?? hostname, port, method, path, headers: { ...length, ...headers }, agent: false },
      async (incoming) => {
        const chunks: Buffer[] = []
        for await (const chunk of incoming) chunks.push(chunk as Buffer)
        const bytes = Buffer.concat(chunks)
        const text = bytes.toString()
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          bytes,
          text,
          json: <T>() => JSON.parse(text) as T,
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** A Basic header of parts that are encoded as they should go out. */
export function basicHeader(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}

/** The encoding of RFC 6749 section 2.3.1. */
export function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}

/** The payload of a JWT. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as Record<string, unknown>
}

/** The shape of an error. */
export interface ErrorBody {
  code: number
  message: string
  details: unknown[]
}

/** A name that no other test has. */
export function uniqueName(): string {
  return `f${randomUUID().replaceAll('-', '').slice(0, 20)}`
}

/** The identifier of an entity. */
export function identifier(resourceType: string, name: string, version = 'v1') {
  return { resource_type: resourceType, project: 'flytesnacks', domain: 'development', name, version }
}

/** A request that registers a task. */
export function taskRequest(name: string, version = 'v1', image = 'registry/image:tag') {
  const id = identifier('TASK', name, version)
  return {
    id,
    spec: {
      template: {
        id,
        type: 'python-task',
        metadata: {
          runtime: { type: 'FLYTE_SDK', version: '1.16', flavor: 'python' },
          timeout: '90s',
          retries: { retries: 3 },
        },
        interface: { inputs: { variables: { a: { type: { simple: 'INTEGER' }, description: 'a' } } } },
        container: { image, args: ['a'] },
      },
    },
  }
}

/** Registers a task, a workflow of it and a launch plan, all of one name, and makes an execution with the input `a`. */
export async function launchExecution(target: Target, name: string, a: string | number = 7): Promise<void> {
  const variables = { a: { type: { simple: 'INTEGER' }, description: 'a' } }
  const node = {
    id: 'n0',
    task_node: { reference_id: identifier('TASK', name) },
    inputs: [{ var: 'a', binding: { promise: { node_id: 'start-node', var: 'a' } } }],
  }
  const requests: [string, unknown][] = [
    ['/api/v1/tasks', taskRequest(name)],
    [
      '/api/v1/workflows',
      {
        id: identifier('WORKFLOW', name),
        spec: { template: { id: identifier('WORKFLOW', name), interface: { inputs: { variables } }, nodes: [node] } },
      },
    ],
    [
      '/api/v1/launch_plans',
      { id: identifier('LAUNCH_PLAN', name), spec: { workflow_id: identifier('WORKFLOW', name) } },
    ],
    [
      '/api/v1/executions',
      {
        project: 'flytesnacks',
        domain: 'development',
        name,
        spec: { launch_plan: identifier('LAUNCH_PLAN', name), metadata: { mode: 'MANUAL' } },
        inputs: { literals: { a: { scalar: { primitive: { integer: a } } } } },
      },
    ],
  ]
  for (const [path, body] of requests) {
    const answer = await target.call('POST', path, body)
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`)
  }
}
