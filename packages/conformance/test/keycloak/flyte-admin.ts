import type { TokenSet } from '@flyte-js/core'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { publicClient, resourceServer } from './realm.js'

/**
 * An embedded Flyte Admin that takes the realm for its authorization server: it relays the realm's metadata, and takes its tokens.
 *
 * @param clientId - whom it tells command lines to log in as
 * @param redirectPort - where it tells them to wait for the code
 */
export function flyteAdminOf(
  issuer: string,
  { clientId = publicClient.id, redirectPort = 53_593 }: { clientId?: string; redirectPort?: number } = {},
): Promise<FlyteAdmin> {
  return startFlyteAdmin({
    auth: 'external',
    externalAuthServer: issuer,
    allowedAudience: [resourceServer.id],
    publicClient: { clientId, redirectUri: `http://localhost:${redirectPort}/callback`, scopes: ['all', 'offline'] },
  })
}

/** What Flyte Admin says to whoever comes with these tokens. */
export async function statusWith(admin: FlyteAdmin, { accessToken }: TokenSet): Promise<number> {
  const response = await fetch(`${admin.url}/api/v1/projects`, { headers: { authorization: `Bearer ${accessToken}` } })
  return response.status
}
