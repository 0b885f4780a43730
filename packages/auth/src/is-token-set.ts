import type { TokenSet } from '@flyte-js/core'

/** Whether what a grant or a store gave can be handed out: both may be anybody's, and types are gone when a program runs. */
export function isTokenSet(value: unknown): value is TokenSet {
  const { accessToken } = (value ?? {}) as Partial<TokenSet>
  return typeof accessToken === 'string' && accessToken !== ''
}
