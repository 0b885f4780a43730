import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TokenStore } from '@flyte-js/core'
import { type AuthorizationServer, startAuthorizationServer } from '@flyte-js/testing'
import { fileStore } from '@flyte-js/token-store/file'
import { redisStore } from '@flyte-js/token-store/redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runFleet } from './fleet/fleet.js'

// A hundred processes, one login whose refresh token can be used once, and everybody wants a token at the same moment.

const key = 'flyte.example.com-flytectl'
const repetitions = Array.from({ length: 10 }, (_, index) => index + 1)
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

/** One repetition; what was sent is counted at the server. */
async function oneRefresh(store: TokenStore, options: { directory: string } | { url: string }): Promise<void> {
  const refreshToken = await issuer.issueRefreshToken()
  await store.set(key, { accessToken: 'ended', tokenType: 'bearer', refreshToken, issuer: issuer.issuer, expiresAt: 1 })
  issuer.clearRequests()
  const results = await runFleet({ size: 100, issuer: issuer.issuer, key, store: options })
  expect(issuer.requestsTo('/token').map(({ status }) => status)).toEqual([200])
  expect(new Set(results.map(({ accessToken }) => accessToken)).size).toBe(1)
  expect(results.every(({ accessToken }) => accessToken.split('.').length === 3)).toBe(true)
  expect(results.flatMap(({ events }) => events).filter((type) => !type.startsWith('token.re'))).toEqual(
    'directory' in options ? Array.from({ length: results.length }, () => 'store.plaintext') : [],
  )
  // The login is not lost: the refresh token that is stored is the live one.
  const kept = await store.get(key)
  expect(kept?.accessToken).toBe(results[0]?.accessToken)
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'flytectl',
    refresh_token: kept?.refreshToken ?? '',
  })
  expect((await fetch(`${issuer.issuer}/token`, { method: 'POST', body })).status).toBe(200)
  const times = results.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  console.log(`${'url' in options ? 'redis' : 'file'}: the median waited ${times[50]} ms, the last ${times[99]} ms`)
}

describe('on a file store', () => {
  test.each(repetitions)('one refresh for a hundred processes, repetition %s', { timeout: 120_000 }, async () => {
    const options = { directory: join(directory, 'tokens') }
    await oneRefresh(fileStore(options), options)
  })
})

describe('on Redis', () => {
  let server: ChildProcess
  let url: string
  beforeAll(async () => {
    if (!existsSync('/usr/bin/redis-server'))
      throw new Error('missing: redis-server. Install: apt-get install redis-server')
    const port = await freePort()
    url = `redis://127.0.0.1:${port}`
    const flags = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      directory,
      '--save',
      '',
      '--appendonly',
      'no',
    ]
    server = spawn('/usr/bin/redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const text of server.stdout as AsyncIterable<Buffer>) if (String(text).includes('Ready to accept')) break
  })
  afterAll(async () => {
    server.kill('SIGKILL')
    await once(server, 'exit')
  })

  test.each(repetitions)('one refresh for a hundred processes, repetition %s', { timeout: 120_000 }, async () => {
    await oneRefresh(redisStore({ url }), { url })
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
