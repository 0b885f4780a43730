// Twenty processes at once, one login whose refresh token can be used once.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tokenKey } from '@flyte-js/auth'
import { fileStore } from '@flyte-js/token-store/file'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedTarget, startEmbedded } from '../../pkce-auth/test/login-target.js'
import { runCli } from './run-cli.js'

const processes = 20
const repetitions = 10
let home: string
let target: EmbeddedTarget
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'flyte-js-cli-fleet-'))
  target = await startEmbedded('external')
})
afterAll(async () => {
  await target[Symbol.asyncDispose]()
  rmSync(home, { recursive: true })
})

test('20 flyte-js token send one refresh and print 20 tokens, 10 times over', { timeout: 300_000 }, async () => {
  const { provider, endpoint } = target
  if (provider === undefined) throw new Error('there is no provider')
  const store = fileStore({ directory: join(home, '.local/share/flyte-js/tokens') })
  const key = await tokenKey({ endpoint, scopes: [] })
  const env = { HOME: home, FLYTE_PLATFORM_URL: endpoint, FLYTE_JS_TOKEN_STORE: 'file', PATH: process.env.PATH ?? '' }
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    const refreshToken = await provider.issueRefreshToken()
    const ended = { accessToken: 'ended', tokenType: 'bearer', expiresAt: 1, refreshToken, issuer: provider.issuer }
    await store.set(key, ended)
    provider.clearRequests()
    const start = performance.now()
    const all = await Promise.all(Array.from({ length: processes }, () => runCli(['token'], env)))
    expect(target.tokenRequests().map(({ status }) => status)).toEqual([200])
    expect(all.map(({ code }) => code)).toEqual(Array(processes).fill(0))
    // What is kept is what everybody has, and its refresh token is the live one.
    const kept = await store.get(key)
    expect(new Set(all.map(({ stdout }) => stdout))).toEqual(new Set([`${kept?.accessToken}\n`]))
    expect(kept?.refreshToken).not.toBe(refreshToken)
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'flytectl' })
    body.set('refresh_token', kept?.refreshToken ?? '')
    expect((await fetch(`${provider.issuer}/token`, { method: 'POST', body })).status).toBe(200)
    console.log(`repetition ${repetition}: ${Math.round(performance.now() - start)} ms for all`)
  }
})
