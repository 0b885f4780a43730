import { createAdminClient } from '@flyte-js/admin'
import { createTokenManager, discoverAuthorizationServer, tokenKey } from '@flyte-js/auth'
import { clientCredentials } from '@flyte-js/basic-auth'
import { startFlyteAdmin } from '@flyte-js/testing'
import { memoryStore } from '@flyte-js/token-store'
import { expect, test } from 'vitest'

// One process, counted at Flyte Admin's own authorization server.

async function connect(endpoint: string, clientId: string, scopes: readonly string[]) {
  return createTokenManager({
    grant: clientCredentials({
      authorizationServer: (options) => discoverAuthorizationServer({ endpoint, ...options }),
      clientId,
      clientSecret: 'short-secret',
      scopes,
    }),
    store: memoryStore(),
    key: tokenKey({ endpoint, clientId, scopes }),
  })
}

test('ten thousand callers cost one token request', async () => {
  await using admin = await startFlyteAdmin()
  const tokens = await connect(admin.url, 'flytepropeller', ['all'])
  const all = await Promise.all(Array.from({ length: 10_000 }, () => tokens.getToken()))
  expect(new Set(all).size).toBe(1)
  expect(admin.requestsTo('/oauth2/token')).toHaveLength(1)
  expect(admin.requestsTo('/.well-known/oauth-authorization-server')).toHaveLength(1)
})

test('a thousand calls without the scope cost two token requests', async () => {
  await using admin = await startFlyteAdmin()
  const tokenSource = await connect(admin.url, 'limited', ['read'])
  const { admin: service } = createAdminClient({ endpoint: admin.url, tokenSource })
  for (let call = 0; call < 10; call += 1) {
    const calls = await Promise.allSettled(Array.from({ length: 100 }, () => service.getVersion()))
    for (const each of calls) expect(each).toMatchObject({ reason: { code: 'FLYTE_ADMIN_UNAUTHENTICATED' } })
  }
  expect(admin.requestsTo('/oauth2/token')).toHaveLength(2)
})
