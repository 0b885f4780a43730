import { AuthError } from '@flyte-js/core'

const secretNames = ['clientSecret', 'client_secret']

/**
 * Refuses what can do no good in any page, before anything is asked.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` for a client secret, a login that there is not, and an endpoint without a scheme
 */
export function checkOptions(options: { endpoint: string | URL; auth: unknown; parameters?: object }): void {
  const given = Object.entries({ ...options.parameters, ...options })
  if (given.some(([name, value]) => secretNames.includes(name) && value !== undefined)) {
    const message =
      "A page cannot keep a client secret: replace this one, since whoever loads the page can read it. Give a public client's id alone, or keep the secret on a server (@flyte-js/code-auth)"
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
  }
  const { auth } = options
  if (auth !== 'pkce' && auth !== 'admin-session' && typeof Object(auth).getToken !== 'function') {
    const message = "auth must be 'pkce', 'admin-session', or a token source, which is an object with getToken()"
    throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
  }
  // Browsers take `flyte.example.com` for a path.
  if (/^(https?:\/\/[^/]|\/(?!\/))/i.test(String(options.endpoint))) return
  const message =
    'endpoint must be the URL of Flyte Admin, e.g. https://flyte.example.com, or a path of this origin, e.g. /'
  throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
}
