// What all three servers share. Every setting comes from the environment, where secrets belong: see README.md.
import { createCodeAuth } from '@flyte-js/code-auth'
import { memoryStore } from '@flyte-js/token-store'

export const auth = createCodeAuth({
  issuer: setting('OIDC_ISSUER'),
  endpoint: setting('FLYTE_URL'),
  clientId: setting('CLIENT_ID'),
  clientSecret: setting('CLIENT_SECRET'),
  redirectUri: setting('REDIRECT_URI'),
  // The first seals, all open: to change the key, put the new one in front.
  cookieKeys: setting('COOKIE_KEYS').split(','),
  // Flyte Admin wants `all` of tokens that another authorization server issued.
  scopes: ['openid', 'profile', 'offline_access', 'all'],
  // Sessions end with this process. Several instances share them in `redisStore({ … })`.
  store: memoryStore(),
  // Nobody is logged in or out by a link.
  requirePost: true,
  onEvent: (event) => console.log(JSON.stringify(event)),
})

/** Who is logged in, for the page; `null` where nobody is. */
export const whoAmI = (/** @type {Request} */ request) =>
  auth.withSession(request, (session) => Response.json(session?.user ?? null))

/** @param {string} name */
function setting(name) {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set: see README.md`)
  return value
}
