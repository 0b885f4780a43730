import { AuthError, type Grant } from '@flyte-js/core'

/** A grant that asks a person only as long as the page has them asked. */
export interface AskedGrant extends Grant {
  /** Lets the person be asked while this runs. */
  whileAsked<Result>(run: () => Promise<Result>): Promise<Result>
}

/**
 * Keeps a person from being asked by a call that happens to need a token. A page that was left for a login each time Flyte Admin refuses
 * a token would go round for ever where it refuses every one, e.g. for want of a scope.
 *
 * @param load - brings the grant, which is not needed as long as a token is good
 */
export function askedGrant(load: () => Promise<Required<Grant>>): AskedGrant {
  const type = 'authorization_code'
  let asked = 0
  return {
    type,
    interactive: true,
    async acquire(context) {
      if (asked === 0) throw nobody(type)
      return (await load()).acquire(context)
    },
    refresh: async (tokenSet, context) => (await load()).refresh(tokenSet, context),
    revoke: async (tokenSet, context) => (await load()).revoke(tokenSet, context),
    async whileAsked(run) {
      asked += 1
      try {
        return await run()
      } finally {
        asked -= 1
      }
    },
  }
}

function nobody(grant: string): AuthError {
  const message =
    'Nobody is logged in here, or no longer, and a page asks nobody to log in unasked. Call auth.login(), e.g. in the handler of a click'
  return new AuthError('FLYTE_AUTH_LOGGED_OUT', message, { grant })
}
