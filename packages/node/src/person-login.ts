import {
  type AuthorizationServer,
  chooseLogin,
  discoverAuthorizationServer,
  loginUnavailable,
  remembered,
} from '@flyte-js/auth'
import { type ConfigResolution, httpBaseUrl } from '@flyte-js/config'
import {
  AuthError,
  type Clock,
  defined,
  type EventListener,
  emit,
  type Fetch,
  type Grant,
  originAndPath,
} from '@flyte-js/core'
import { type DeviceLoginOptions, deviceLogin } from '@flyte-js/device-auth'
import { findBrowser, type LoopbackLoginOptions, lookAround, loopbackLogin } from '@flyte-js/pkce-auth/node'
import { ownRedirectUri } from './own-redirect-uri.js'
import { devicePromptLine, isAttended, printToTerminal } from './terminal.js'

/** How a person is asked to log in; each has a default that suits a terminal. */
export interface PersonLoginOptions extends Pick<LoopbackLoginOptions, 'onUrl' | 'browser' | 'pasteFrom' | 'print'> {
  /** Shows a person the code of the device flow. Default: on stderr. */
  onPrompt?: DeviceLoginOptions['onPrompt']
  /** Whether a person can read and type here. Default: whether stdin or stderr is a terminal, and this is no CI (`CI`). */
  isTerminal?: boolean
}

/** What {@link personLogin} works with. */
export interface PersonLoginContext {
  env: Readonly<Record<string, string | undefined>>
  fetch: Fetch
  login: PersonLoginOptions
  onEvent?: EventListener | undefined
  clock?: Clock | undefined
}

/**
 * The login of a person as a configuration describes it: by device for the mode "device"; for "standard" by the flow that suits
 * what is at hand (`chooseLogin` of `@flyte-js/auth`), which an event tells.
 */
export function personLogin(resolution: ConfigResolution, context: PersonLoginContext): Grant {
  const { env, fetch, login, onEvent, clock } = context
  const { config } = resolution
  const { platform, credentials, admin } = config
  const { isTerminal: isTold, onPrompt, print = printToTerminal, ...loopback } = login
  const surroundings = lookAround(env)
  const isTerminal = isTold ?? isAttended(surroundings)
  const endpoint = httpBaseUrl(config)
  const documents = { endpoint, insecure: platform.insecure, fetch, ...defined({ onEvent }) }
  const server = remembered((ending) => discoverAuthorizationServer({ ...documents, ...defined({ clock }), ...ending }))
  const client = {
    ...documents,
    authorizationServer: server.get,
    ...defined({
      clientId: credentials.clientId || undefined,
      scopes: credentials.scopes.length > 0 ? credentials.scopes : undefined,
      audience: credentials.audience || undefined,
    }),
  }
  const device = deviceLogin({
    ...client,
    onPrompt: onPrompt ?? ((prompt) => print(devicePromptLine(prompt))),
    timeout: admin.deviceFlowTimeout,
  })
  const browser =
    loopback.browser === undefined ? findBrowser({ ...surroundings, isTerminal }) : browserOf(loopback.browser)
  // By device alone no answer comes here: whatever the redirect URI is, it is no mistake then.
  const pkce =
    credentials.authMode === 'device'
      ? undefined
      : loopbackLogin({
          ...client,
          ...loopback,
          print,
          // Decided once: what the event says is what happens.
          browser: loopback.browser ?? browser.isAtHand,
          env,
          timeout: admin.pkceTimeout,
          ...ownRedirectUri(credentials),
        })

  async function logIn(grantContext: Parameters<Grant['acquire']>[0]) {
    if (pkce === undefined) return device.acquire(grantContext)
    const metadata = await server.get(defined({ signal: grantContext.signal }))
    const choice = chooseLogin({
      isTerminal,
      browser,
      hasAuthorizationEndpoint: metadata.authorization_endpoint !== undefined,
      hasDeviceFlow: metadata.device_authorization_endpoint !== undefined,
    })
    emit(onEvent, { type: 'login.chosen', ...choice })
    if (choice.flow === 'none') throw loginUnavailable(choice)
    if (choice.flow !== 'device') return pkce.acquire(grantContext)
    try {
      return await device.acquire(grantContext)
    } catch (error) {
      const refusal = refusalOfDeviceFlow(error, metadata)
      if (refusal === undefined || metadata.authorization_endpoint === undefined) throw error
      const reasons = [...choice.reasons, `the authorization server refuses the device flow to this client: ${refusal}`]
      emit(onEvent, { type: 'login.chosen', flow: 'pkce-printed', reasons })
      return pkce.acquire(grantContext)
    }
  }

  /** A failure may mean that the server has moved: the next attempt asks again where it is. */
  async function orForget<Result>(attempt: Promise<Result>): Promise<Result> {
    try {
      return await attempt
    } catch (error) {
      server.forget()
      throw error
    }
  }

  // Tokens are renewed and revoked alike, whichever way a person took to log in: the client is the same.
  const { refresh, ...grant } = pkce ?? device
  return {
    ...grant,
    ...(refresh && { refresh: (tokenSet, grantContext) => orForget(refresh(tokenSet, grantContext)) }),
    acquire: (grantContext) => orForget(logIn(grantContext)),
  }
}

/**
 * Why nobody was even asked: the server has the device flow, and this client may not use it, as is common where Flyte Admin
 * advertises one client for all.
 */
function refusalOfDeviceFlow(error: unknown, { device_authorization_endpoint: endpoint = '' }: AuthorizationServer) {
  if (!AuthError.isInstance(error) || error.code !== 'FLYTE_AUTH_GRANT_REFUSED') return undefined
  return error.endpoint === originAndPath(endpoint) ? error.oauthError : undefined
}

/** Whether a browser is at hand where the program itself has a say in it. */
function browserOf(browser: NonNullable<PersonLoginOptions['browser']>): { isAtHand: boolean; reason: string } {
  return browser === false
    ? { isAtHand: false, reason: 'the program wants no browser' }
    : { isAtHand: true, reason: 'the program starts a browser' }
}
