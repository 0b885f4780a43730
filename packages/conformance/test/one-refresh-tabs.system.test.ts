import { type AuthorizationServer, startAuthorizationServer } from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type * as TabPage from './fleet/tab.mjs'
import { startTabs, type Tabs } from './tabs.js'

// Ten tabs of one browser, one login whose refresh token can be used once, and everybody wants a token at the same moment.

declare const page: typeof TabPage

const key = 'flyte.example.com-flytectl'
let issuer: AuthorizationServer
let tabs: Tabs
beforeAll(async () => {
  issuer = await startAuthorizationServer()
  tabs = await startTabs({ source: "export * from './fleet/tab.mjs'" })
})
afterAll(async () => {
  await tabs.close()
  await issuer.close()
})

describe('ten tabs send one refresh, ten times over', { timeout: 120_000 }, () => {
  test.each(['indexedDb', 'local'] as const)('on %s', async (store) => {
    for (let repetition = 1; repetition <= 10; repetition += 1) {
      const opened = await tabs.open(10)
      const [first] = opened
      const tokenSet = {
        accessToken: 'ended',
        tokenType: 'bearer',
        expiresAt: 1,
        refreshToken: await issuer.issueRefreshToken(),
        issuer: issuer.issuer,
      }
      await first?.evaluate(([store, key, tokenSet]) => page.set(store, key, tokenSet), [store, key, tokenSet] as const)
      issuer.clearRequests()
      const login = { issuer: issuer.issuer, key }
      const results = await Promise.all(
        opened.map((tab) => tab.evaluate(([store, login]) => page.wantToken(store, login), [store, login] as const)),
      )
      const posts = issuer.requestsTo('/token').filter(({ method }) => method === 'POST')
      expect(posts.map(({ status }) => status)).toEqual([200])
      expect(results).toHaveLength(10)
      expect(new Set(results.map(({ accessToken }) => accessToken)).size).toBe(1)
      // On a busy machine the last of them wait for the lock longer than a moment, and say so.
      const told = new Set(results.flatMap(({ events }) => events))
      told.delete('store.waiting')
      expect([...told].sort()).toEqual(['token.refreshed', 'token.restored'])
      // The login is not lost: the refresh token that is stored is the live one.
      const kept = await first?.evaluate(([store, key]) => page.get(store, key), [store, key] as const)
      expect(kept?.accessToken).toBe(results[0]?.accessToken)
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'flytectl',
        refresh_token: kept?.refreshToken ?? '',
      })
      expect((await fetch(`${issuer.issuer}/token`, { method: 'POST', body })).status).toBe(200)
      const times = results.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
      console.log(`${store}: the median waited ${times[5]} ms, the last ${times[9]} ms`)
      for (const tab of opened) await tab.close()
    }
  })
})
