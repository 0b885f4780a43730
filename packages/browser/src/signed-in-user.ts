import type { AdminClient } from '@flyte-js/admin'
import { FlyteError } from '@flyte-js/core'
import { type AdminUser, readAdminUser } from './admin-user.js'

/** Asks Flyte Admin who the bearer of a token is; `null` where there is none, or it is refused. */
export async function signedInUser(
  { identity }: Pick<AdminClient, 'identity'>,
  options: { signal?: AbortSignal } = {},
): Promise<AdminUser | null> {
  try {
    return readAdminUser({ ...(await identity.userInfo({}, options)) }) ?? null
  } catch (error) {
    const code = FlyteError.isInstance(error) ? error.code : undefined
    if (code === 'FLYTE_AUTH_LOGGED_OUT' || code === 'FLYTE_ADMIN_UNAUTHENTICATED') return null
    throw error
  }
}
