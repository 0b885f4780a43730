// One process of a fleet: says that it is ready, and wants a token at each line that it is told. See fleet.ts.
import { createInterface } from 'node:readline'
import { createTokenManager, refreshTokenGrant } from '@flyte-js/auth'
import { createNodeFetch } from '@flyte-js/core/node'
import { None } from 'oauth4webapi'

const { issuer, key, store: place } = JSON.parse(process.env.FLEET)

async function openStore() {
  if ('directory' in place) return (await import('@flyte-js/token-store/file')).fileStore(place)
  return (await import('@flyte-js/token-store/redis')).redisStore(place)
}

const options = {
  server: { issuer, token_endpoint: `${issuer}/token` },
  clientId: 'flytectl',
  clientAuth: None(),
  fetch: createNodeFetch({ timeout: 60_000 }),
}

/** As a process that has just started: a store and a token manager that know nothing yet. */
async function wantToken() {
  const events = []
  const store = await openStore()
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
  const start = performance.now()
  const { accessToken } = await tokens.getToken()
  const milliseconds = Math.round(performance.now() - start)
  store.close?.()
  return { accessToken, milliseconds, events }
}

// What has to be loaded is loaded before the word.
await openStore()
process.stdout.write('ready\n')
for await (const _ of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await wantToken())}\n`)
