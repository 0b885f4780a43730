import { publicClientGrant } from '@flyte-js/auth'
import { defined, type Grant } from '@flyte-js/core'
import { createPkceLogin } from '../pkce-login.js'
import { takeCallback } from './page-callback.js'
import { isPage, type PageLoginOptions, redirectUriHere, grant as type } from './page-options.js'
import { type OpenedWindow, waitForAnswer } from './wait-for-answer.js'

/** A grant whose login happens in another window than the page's. */
export interface WindowLogin extends Grant {
  /**
   * Hands the answer of the page in that other window to the page that waits for it: call it first of all, at the redirect URI at
   * least. A page without any script will do there as well.
   *
   * @returns `undefined` where the address has no answer, and where there is no page. Where it has one that is waited for, it
   * stays open until the window is closed, so that nothing else happens in it
   * @throws AuthError `FLYTE_AUTH_STATE_MISMATCH` for an answer that nobody waits for
   */
  handleRedirectCallback(): Promise<undefined>
}

/** In what {@link windowLogin} differs. */
export interface WindowKind {
  interactive: boolean
  /** Milliseconds for the answer. */
  timeout: number
  parameters?: PageLoginOptions['parameters']
  /** Opens the window, empty. */
  open(): OpenedWindow
}

/** A login in another window. It is opened before all else, while the browser knows that a person has asked for it. */
export function windowLogin(
  options: PageLoginOptions,
  { interactive, timeout, parameters, open }: WindowKind,
): WindowLogin {
  const base = publicClientGrant(
    { ...options, offline: options.offline ?? false },
    {
      type,
      interactive,
      async logIn(findClient, context) {
        context.signal?.throwIfAborted()
        const redirectUri = redirectUriHere(options)
        const { window, isClosed, close } = open()
        try {
          const login = await createPkceLogin({
            ...(await findClient()),
            redirectUri,
            parameters: { ...options.parameters, ...parameters },
            ...defined({ fetch: options.fetch }),
          })
          // Without an entry in the window's history: an empty window is nothing to go back to.
          window.location.replace(login.authorizationUrl)
          const answer = await waitForAnswer({ window, isClosed }, login.isAnswer, { ...context, timeout })
          close()
          return await login.finish(answer, context)
        } finally {
          close()
        }
      },
    },
  )
  return {
    ...base,
    async handleRedirectCallback() {
      if (isPage()) await takeCallback({ redirectUri: redirectUriHere(options) })?.refusal
      return undefined
    },
  }
}
