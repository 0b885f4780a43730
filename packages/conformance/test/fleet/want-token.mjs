// What each process, and each tab, of a fleet does.
import { createTokenManager, refreshTokenGrant } from '@flyte-js/auth'
import { createFetch } from '@flyte-js/core'
import { None } from 'oauth4webapi'

/**
 * Wants a token, as a process or a page that has just started: with a store and a token manager that know nothing yet.
 *
 * @param {import('@flyte-js/core').TokenStore & { close?(): void }} store
 * @param {{ issuer: string, key: string }} login
 */
export async function wantToken(store, { issuer, key }) {
  /** @type {string[]} */
  const events = []
  const options = {
    server: { issuer, token_endpoint: `${issuer}/token` },
    clientId: 'flytectl',
    clientAuth: None(),
    fetch: createFetch({ timeout: 60_000 }),
  }
  const tokens = createTokenManager({
    // As a person's login: whoever must log in anew has lost it.
    grant: {
      type: 'authorization_code',
      interactive: true,
      refresh: (tokenSet, context) => refreshTokenGrant(tokenSet, options, context),
      acquire: () => Promise.reject(new Error('a person would be asked to log in')),
    },
    store,
    key,
    onEvent: (event) => events.push(event.type),
  })
  const start = performance.now()
  const { accessToken } = await tokens.getToken()
  const milliseconds = Math.round(performance.now() - start)
  tokens.close()
  store.close?.()
  return { accessToken, milliseconds, events }
}
