// What the page of page.keycloak.test.ts has: an app of its own origin, whose people log in at Keycloak.
import { createTokenManager, discoverAuthorizationServer, refreshTokenGrant, tokenKey } from '@flyte-js/auth'
import { systemClock } from '@flyte-js/core'
import { popupLogin, redirectLogin, silentLogin } from '@flyte-js/pkce-auth/browser'
import { webStorageStore } from '@flyte-js/token-store/web-storage'
import { None } from 'oauth4webapi'

/** @typedef {{ endpoint: string, clientId: string }} Settings */

const redirectUri = '/callback'

/** @param {import('@flyte-js/core').Grant} grant @param {Settings} settings */
function keep(grant, { endpoint, clientId }) {
  return createTokenManager({ grant, store: webStorageStore(), key: tokenKey({ endpoint, clientId }) })
}

/** @param {Settings} settings */
function byRedirect(settings) {
  const grant = redirectLogin({ ...settings, redirectUri })
  return { grant, tokens: keep(grant, settings) }
}

/** Leaves the page for the login. @param {Settings} settings */
export function leave(settings) {
  byRedirect(settings).tokens.login()
}

/** Finishes the login that this page was loaded to finish. @param {Settings} settings */
export async function finish(settings) {
  const { grant, tokens } = byRedirect(settings)
  return tellingErrors(grant.handleRedirectCallback(tokens).then((finished) => finished?.tokenSet))
}

/** Logs in by a popup. @param {Settings} settings */
export const popUp = (settings) => tellingErrors(keep(popupLogin({ ...settings, redirectUri }), settings).login())

/** Logs in without asking anybody. @param {Settings} settings */
export const beSilent = (settings) => tellingErrors(keep(silentLogin({ ...settings, redirectUri }), settings).login())

/** Gets another token, as after a refusal. @param {Settings} settings @param {string} rejected */
export const renew = (settings, rejected) => tellingErrors(byRedirect(settings).tokens.getToken({ rejected }))

/** Uses a refresh token past the token manager. @param {Settings} settings @param {import('@flyte-js/core').TokenSet} tokenSet */
export async function refreshWith({ endpoint, clientId }, tokenSet) {
  const server = await discoverAuthorizationServer({ endpoint })
  const client = { server, clientId, clientAuth: None() }
  return tellingErrors(refreshTokenGrant(tokenSet, client, { clock: systemClock }))
}

/** @param {Settings} settings */
export const logOut = (settings) => byRedirect(settings).tokens.logout()

/** Calls Flyte Admin from the page. @param {Settings} settings @param {string} accessToken */
export async function statusWith({ endpoint }, accessToken) {
  const headers = { accept: 'application/json', 'flyte-authorization': `Bearer ${accessToken}` }
  return (await fetch(`${endpoint}/api/v1/projects`, { headers })).status
}

/**
 * What comes of it, with what an error says: of an error itself only the message leaves the page.
 *
 * @param {Promise<import('@flyte-js/core').TokenSet | undefined>} attempt
 */
async function tellingErrors(attempt) {
  try {
    return { tokenSet: await attempt }
  } catch (error) {
    const { code, oauthError } = /** @type {import('@flyte-js/core').AuthError} */ (error)
    return { code, oauthError }
  }
}
