import { type AuthorizationServer, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'

/** A Flyte Admin that takes another server's tokens, and has people come back to whichever port is free. */
export function startExternalAdmin({ issuer }: AuthorizationServer): Promise<FlyteAdmin> {
  return startFlyteAdmin({
    auth: 'external',
    externalAuthServer: issuer,
    allowedAudience: [issuer],
    publicClient: { redirectUri: 'http://127.0.0.1:0/callback', scopes: ['all', 'offline_access'] },
  })
}
