import { checkScheme } from '@flyte-js/auth'
import { emit, type TokenSet } from '@flyte-js/core'
import { readCookies } from './cookies.js'
import { checkMethod, readTarget } from './own-request.js'
import type { Parts } from './parts.js'
import { redirect, withCookies } from './redirect.js'
import type { EndedSession } from './session.js'

/**
 * Ends a session: here, at the provider as far as it lets itself be told, and in the browser. Whatever becomes of the provider,
 * the person is logged out.
 *
 * @param refuse - answers where the session cannot be ended here
 */
export async function logout(
  request: Request,
  { settings, provider, attempts, sessions }: Parts,
  refuse: (error: unknown) => Response,
): Promise<Response> {
  checkMethod(request, settings)
  const { afterLogout, endProviderSession, onEvent } = settings
  const cookies = readCookies(request)
  const target = await readTarget(request, afterLogout, settings)
  const cleared = [...sessions.clear(cookies), ...attempts.forgetAll(cookies)]
  let ended: EndedSession | undefined
  try {
    ended = await sessions.end(cookies)
  } catch (error) {
    // The browser forgets its session all the same.
    return withCookies(refuse(error), cleared)
  }
  const revoked = ended === undefined ? false : await provider.revoke(ended.tokenSet).catch(() => false)
  if (ended !== undefined) emit(onEvent, { type: 'session.ended', reason: 'logout', revoked })
  const elsewhere = endProviderSession ? await endSessionUrl(ended?.tokenSet, target) : undefined
  return redirect(elsewhere ?? target, cleared)

  /** OpenID Connect RP-Initiated Logout section 2; `undefined` where the provider has no such endpoint. */
  async function endSessionUrl(tokenSet: TokenSet | undefined, after: string): Promise<string | undefined> {
    const { clientId, origin, insecure } = settings
    try {
      const { end_session_endpoint: endpoint } = await provider.find()
      if (typeof endpoint !== 'string') return undefined
      const url = checkScheme(new URL(endpoint), insecure)
      url.searchParams.set('client_id', clientId)
      url.searchParams.set('post_logout_redirect_uri', new URL(after, origin).href)
      if (tokenSet?.idToken !== undefined) url.searchParams.set('id_token_hint', tokenSet.idToken)
      return url.href
    } catch {
      // The person is logged out here, and goes where there is something.
      return undefined
    }
  }
}
