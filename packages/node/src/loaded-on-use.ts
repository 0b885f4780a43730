import type { Grant } from '@flyte-js/core'

/** What a token manager asks of a grant before it uses it. */
export interface GrantFacts extends Pick<Grant, 'type' | 'interactive'> {
  /** Whether the grant has refresh tokens. */
  hasRefresh?: boolean
}

/**
 * A grant whose code is loaded when it is first used: with a stored token that is good there is no need for it, and a script starts
 * sooner.
 */
export function loadedOnUse(facts: GrantFacts, load: () => Promise<Grant>): Grant {
  const { type, interactive = false, hasRefresh = false } = facts
  let loading: Promise<Grant> | undefined
  const loaded = () => {
    loading ??= load()
    return loading
  }
  return {
    type,
    interactive,
    acquire: async (context) => (await loaded()).acquire(context),
    revoke: async (tokenSet, context) => (await loaded()).revoke?.(tokenSet, context) ?? false,
    ...(hasRefresh && {
      async refresh(tokenSet, context) {
        const grant = await loaded()
        return grant.refresh ? grant.refresh(tokenSet, context) : grant.acquire(context)
      },
    }),
  }
}
