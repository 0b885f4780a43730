import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TokenStore } from '@flyte-js/core'
import { type AuthorizationServer, startAuthorizationServer } from '@flyte-js/testing'
import { fileStore } from '@flyte-js/token-store/file'
import { redisStore } from '@flyte-js/token-store/redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRedisServer } from '../../token-store/test/redis-server.js'
import { type FleetOptions, startFleet } from './fleet/fleet.js'

// A hundred processes, one login whose refresh token can be used once, and everybody wants a token at the same moment.

const key = 'flyte.example.com-flytectl'
const ended = { accessToken: 'ended', tokenType: 'bearer', expiresAt: 1 }
let directory: string
let issuer: AuthorizationServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flyte-js-fleet-'))
  issuer = await startAuthorizationServer()
})
afterAll(async () => {
  await issuer.close()
  await rm(directory, { recursive: true })
})

/** A login that has ended, whose refresh token is good once, and a fleet that finds it: ten times over. */
async function oneRefreshEach(store: TokenStore, options: FleetOptions['store']): Promise<void> {
  const start = () => startFleet({ size: 100, issuer: issuer.issuer, key, store: options })
  let fleet = await start()
  try {
    for (let repetition = 1; repetition <= 10; repetition += 1) {
      await store.set(key, { ...ended, refreshToken: await issuer.issueRefreshToken(), issuer: issuer.issuer })
      issuer.clearRequests()
      const results = await fleet.wantToken()
      expect(issuer.requestsTo('/token').map(({ status }) => status)).toEqual([200])
      expect(results).toHaveLength(100)
      expect(new Set(results.map(({ accessToken }) => accessToken)).size).toBe(1)
      // On a busy machine the last of them wait for the lock longer than a moment, and say so.
      const told = new Set(results.flatMap(({ events }) => events))
      told.delete('store.waiting')
      expect([...told].sort()).toEqual(['token.refreshed', 'token.restored'])
      // The login is not lost: what is stored is what everybody has, and its refresh token is the live one.
      const kept = await store.get(key)
      expect(kept?.accessToken).toBe(results[0]?.accessToken)
      expect(await refresh(kept?.refreshToken)).toBe(200)
      const times = results.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
      console.log(`${Object.keys(options)}: the median waited ${times[50]} ms, the last ${times[99]} ms`)
      // Processes that are new are slower to start than to race; FLYTE_TEST_FRESH has them start for each repetition.
      if (process.env.FLYTE_TEST_FRESH) {
        fleet.stop()
        fleet = await start()
      }
    }
  } finally {
    fleet.stop()
  }
}

async function refresh(refreshToken = ''): Promise<number> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'flytectl', refresh_token: refreshToken })
  return (await fetch(`${issuer.issuer}/token`, { method: 'POST', body })).status
}

describe('a hundred processes send one refresh, ten times over', { timeout: 400_000 }, () => {
  test('on a file store', async () => {
    const options = { directory: join(directory, 'tokens') }
    await oneRefreshEach(fileStore(options), options)
  })

  test('on Redis', async () => {
    const server = await startRedisServer()
    try {
      await oneRefreshEach(redisStore({ url: server.url }), { url: server.url })
    } finally {
      await server.stop()
    }
  })
})
