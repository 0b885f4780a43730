// One process of a fleet: says that it is ready, waits for the word, then wants a token. See fleet.ts.
import { once } from 'node:events'
import { createTokenManager, refreshTokenGrant } from '@flyte-js/auth'
import { createNodeFetch } from '@flyte-js/core/node'
import { None } from 'oauth4webapi'

const { issuer, key, store: place } = JSON.parse(process.env.FLEET)

async function openStore() {
  if ('directory' in place) return (await import('@flyte-js/token-store/file')).fileStore(place)
  return (await import('@flyte-js/token-store/redis')).redisStore(place)
}

const events = []
const store = await openStore()
const options = {
  server: { issuer, token_endpoint: `${issuer}/token` },
  clientId: 'flytectl',
  clientAuth: None(),
  fetch: createNodeFetch({ timeout: 60_000 }),
}
const tokens = createTokenManager({
  // As a person's login: whoever must log in anew has lost it.
  grant: {
    type: 'authorization_code',
    interactive: true,
    refresh: (tokenSet, context) => refreshTokenGrant(tokenSet, options, context),
    acquire: () => Promise.reject(new Error('a browser would open')),
  },
  store,
  key,
  onEvent: (event) => events.push(event.type),
})
process.stdout.write('ready\n')
await once(process.stdin, 'data')
process.stdin.destroy()
const start = performance.now()
const { accessToken } = await tokens.getToken()
const milliseconds = Math.round(performance.now() - start)
process.stdout.write(`${JSON.stringify({ accessToken, milliseconds, events })}\n`)
