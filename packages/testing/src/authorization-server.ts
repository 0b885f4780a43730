// A real OAuth 2.0 and OpenID Connect server (oidc-provider) in this process.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import type { JWK, default as Provider } from 'oidc-provider'
import { issueRefreshToken } from './authorization-server/issue-refresh-token.js'
import { loadOidcProvider } from './authorization-server/load-oidc-provider.js'
import { type AuthorizationServerOptions, defaultAccount, defaultScopes } from './authorization-server/options.js'
import { providerConfiguration } from './authorization-server/provider-configuration.js'
import { listenOnLoopback } from './loopback-server.js'
import { createRequestLog, type RecordedRequest, type RequestLog } from './recorded-requests.js'

/** A running embedded authorization server. */
export interface AuthorizationServer extends RequestLog, AsyncDisposable {
  /** Where it is: `http://localhost:PORT`. */
  readonly url: string
  /** What its tokens name as issuer: the same as {@link AuthorizationServer.url}. */
  readonly issuer: string
  readonly port: number
  /** The oidc-provider behind it, for what this package has no option for, such as listening to its events. */
  readonly provider: Provider
  /**
   * Issues a refresh token without a login, as one with offline access would leave it. That of a public client can be used once:
   * each use gives the next one, and a second use revokes them all.
   *
   * @param clientId By default the public `flytectl`.
   */
  issueRefreshToken(clientId?: string): Promise<string>
  /** Stops at once, open connections included. */
  close(): Promise<void>
}

/**
 * Starts an authorization server on loopback, in memory, with a key of its own. It is a real one: `oidc-provider`.
 *
 * Access tokens are JWTs for the `resource` that was asked for, and name their scopes in `scp`. A person who logs in is not
 * asked anything: the login and the consent are given at once.
 *
 * @param options How it is set up. By default it has a confidential client for client credentials and a public one.
 *
 * @example
 * ```ts
 * import { startAuthorizationServer, startFlyteAdmin } from '@flyte-js/testing'
 *
 * await using identityProvider = await startAuthorizationServer({ audience: 'https://flyte.example.com' })
 * await using admin = await startFlyteAdmin({
 *   auth: 'external',
 *   externalAuthServer: identityProvider.issuer,
 *   allowedAudience: ['https://flyte.example.com'],
 * })
 * ```
 */
export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const log = createRequestLog()
  let handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void = (_, outgoing) =>
    outgoing.writeHead(503).end()
  const [OidcProvider, keys, server] = await Promise.all([
    loadOidcProvider(),
    generateKeyPair('RS256', { extractable: true }),
    listenOnLoopback((incoming, outgoing) => handle(incoming, outgoing), options.port ?? 0),
  ])
  const issuer = `http://localhost:${server.port}`
  const jwk = { ...(await exportJWK(keys.privateKey)), kid: crypto.randomUUID(), use: 'sig', alg: 'RS256' } as JWK
  const provider = new OidcProvider(issuer, providerConfiguration(issuer, jwk, options))
  const callback = provider.callback()
  const accountId = (options.account ?? defaultAccount).sub

  handle = (incoming, outgoing) => {
    record(incoming, outgoing, log.record)
    if (incoming.url?.startsWith('/interaction/')) {
      provider
        .interactionFinished(
          incoming,
          outgoing,
          { login: { accountId }, consent: {} },
          { mergeWithLastSubmission: false },
        )
        .catch((error: unknown) => outgoing.writeHead(400).end(String(error)))
    } else callback(incoming, outgoing)
  }

  return {
    url: issuer,
    issuer,
    port: server.port,
    provider,
    requests: log.requests,
    requestsTo: log.requestsTo,
    clearRequests: log.clearRequests,
    issueRefreshToken(clientId = 'flytectl') {
      const scope = ['openid', 'offline_access', ...(options.scopes ?? defaultScopes)].join(' ')
      return issueRefreshToken(provider, { clientId, accountId, scope, resource: options.audience ?? issuer })
    },
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  }
}

/** Writes a request down without taking its body from the one who answers it. */
function record(incoming: IncomingMessage, outgoing: ServerResponse, write: (request: RecordedRequest) => void): void {
  const url = incoming.url ?? ''
  const [path = '', query = ''] = url.split('?')
  const recorded: RecordedRequest = {
    method: incoming.method ?? 'GET',
    path,
    url,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
    ),
    body: '',
  }
  write(recorded)
  const push = incoming.push.bind(incoming)
  incoming.push = (chunk: Buffer | null, encoding) => {
    if (chunk !== null) recorded.body += chunk.toString()
    return push(chunk, encoding)
  }
  outgoing.once('finish', () => {
    recorded.status = outgoing.statusCode
  })
}
