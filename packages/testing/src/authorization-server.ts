// A real OAuth 2.0 and OpenID Connect server (oidc-provider) in this process.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { default as Provider } from 'oidc-provider'
import { createProvider } from './authorization-server/create-provider.js'
import { answerUserCode } from './authorization-server/device-approval.js'
import { issueRefreshToken } from './authorization-server/issue-refresh-token.js'
import { withOfflineConsent } from './authorization-server/offline-access.js'
import { type AuthorizationServerOptions, defaultAccount, defaultScopes } from './authorization-server/options.js'
import { replayedRequest } from './authorization-server/replayed-request.js'
import { captureAnswer } from './captured-answer.js'
import { createFaults, type Faults } from './faults.js'
import { sendFaulty } from './faulty-response.js'
import { type HttpAnswer, readBody, sendAnswer, sendFailure } from './http-exchange.js'
import { createInjectedAnswers, type InjectedAnswers } from './injected-answers.js'
import { listenOnLoopback } from './loopback-server.js'
import { createRequestLog, type RecordedRequest, type RequestLog, recordedRequest } from './recorded-requests.js'

/** A running embedded authorization server. */
export interface AuthorizationServer extends RequestLog, AsyncDisposable {
  /** Where it is: `http://localhost:PORT`. */
  readonly url: string
  /** What its tokens name as issuer: the same as {@link AuthorizationServer.url}. */
  readonly issuer: string
  /** The port that it listens at. */
  readonly port: number
  /** The oidc-provider behind it, for what this package has no option for, such as listening to its events. */
  readonly provider: Provider
  /** Whether the person refuses from now on: a login then ends with `access_denied`. */
  refuseLogin: boolean
  /** Answers matching requests with the test's own answer, instead of the server's. */
  readonly answer: InjectedAnswers['answer']
  /** Has something go wrong with matching requests: a late answer, none, a cut connection. */
  readonly fault: Faults['fault']
  /**
   * Lets a device in, as the person at `verification_uri` does who confirms its code. Rejects when the code is unknown, expired or used.
   *
   * @param userCode As the device shows it.
   */
  approveDevice(userCode: string): Promise<void>
  /** Refuses a device, as the person at `verification_uri` can: the device is told `access_denied`. */
  denyDevice(userCode: string): Promise<void>
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
 * asked anything, unless `asksPerson` says so: the login and the consent are given at once.
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
  const injected = createInjectedAnswers()
  const faults = createFaults()
  const server = await listenOnLoopback((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => sendFailure(outgoing, error))
  }, options.port ?? 0)
  const issuer = `http://localhost:${server.port}`
  const provider = await createProvider(issuer, options).catch(async (error: unknown) => {
    await server.close()
    throw error
  })
  const callback = provider.callback()
  const { asksPerson = false } = options
  const accountId = (options.account ?? defaultAccount).sub
  let refuseLogin = options.refuseLogin ?? false

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const recorded = recordedRequest(incoming)
    log.record(recorded)
    outgoing.once('finish', () => {
      recorded.status = outgoing.statusCode
    })
    const body = await readBody(incoming)
    recorded.body = body.toString()
    const fault = faults.faultFor(recorded)
    if (fault === undefined) return answerOwn(incoming, body, recorded, outgoing)
    await sendFaulty(outgoing, recorded, fault, async (instead) =>
      instead === undefined
        ? captureAnswer(incoming, (captured) => answerOwn(incoming, body, recorded, captured))
        : withCors(instead, recorded.headers.origin),
    )
  }

  async function answerOwn(
    incoming: IncomingMessage,
    body: Buffer,
    recorded: RecordedRequest,
    outgoing: ServerResponse,
  ): Promise<void> {
    const own = await injected.answerTo(recorded)
    if (own !== undefined) return sendAnswer(outgoing, recorded.method, withCors(own, recorded.headers.origin))
    const replayed = replayedRequest(incoming, body, withOfflineConsent(recorded.url))
    if (!asksPerson && recorded.path.startsWith('/interaction/')) return answerPerson(replayed, outgoing)
    await callback(replayed, outgoing)
  }

  /** Where the provider sends the person to be asked. */
  function answerPerson(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const result = refuseLogin
      ? { error: 'access_denied', error_description: 'The person refused to log in' }
      : { login: { accountId }, consent: {} }
    return provider.interactionFinished(incoming, outgoing, result, { mergeWithLastSubmission: false })
  }

  return {
    url: issuer,
    issuer,
    port: server.port,
    provider,
    requests: log.requests,
    requestsTo: log.requestsTo,
    clearRequests: log.clearRequests,
    answer: injected.answer,
    fault: faults.fault,
    get refuseLogin() {
      return refuseLogin
    },
    set refuseLogin(value) {
      refuseLogin = value
    },
    approveDevice: (userCode) => answerUserCode(issuer, userCode, 'confirm'),
    denyDevice: (userCode) => answerUserCode(issuer, userCode, 'abort'),
    issueRefreshToken(clientId = 'flytectl') {
      const scope = ['openid', 'offline_access', ...(options.scopes ?? defaultScopes)].join(' ')
      return issueRefreshToken(provider, { clientId, accountId, scope, resource: options.audience ?? issuer })
    },
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  }
}

/** A page may read a test's own answer as it may read the server's. */
function withCors(answer: HttpAnswer, origin: string | undefined): HttpAnswer {
  if (origin === undefined) return answer
  return { ...answer, headers: { 'Access-Control-Allow-Origin': origin, ...answer.headers } }
}
