// One process of a fleet: says that it is ready, and wants a token at each line that it is told. See fleet.ts.
import { createInterface } from 'node:readline'
import { wantToken } from './want-token.mjs'

const { issuer, key, store: place } = JSON.parse(process.env.FLEET ?? '{}')

async function openStore() {
  if ('directory' in place) return (await import('@flyte-js/token-store/file')).fileStore(place)
  return (await import('@flyte-js/token-store/redis')).redisStore(place)
}

// What has to be loaded is loaded before the word.
await (await openStore()).get(key)
process.stdout.write('ready\n')
for await (const _ of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await wantToken(await openStore(), { issuer, key }))}\n`)
