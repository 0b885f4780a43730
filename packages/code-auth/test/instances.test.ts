// A portal in two processes that share their sessions, by a folder here: session.system.test.ts has them on a Redis.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ProviderStage, startProviderStage } from './stage.js'
import { type Visit, visit } from './visit.js'

let directory: string
let stage: ProviderStage
let browser: Visit
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flyte-js-portal-'))
  stage = await startProviderStage({ instances: 2, portal: { directory }, provider: { asksPerson: false } })
  browser = visit(stage)
  await browser.signIn()
  expect((await browser.callAdmin()).status).toBe(200)
})
afterEach(async () => {
  await stage.close()
  await rm(directory, { recursive: true, force: true })
})

/** What somebody gets who has got hold of a cookie, from each process. */
const statusesWith = (cookie: string) =>
  Promise.all(
    stage.instances.map(async ({ url }) => (await fetch(`${url}/api/v1/projects`, { headers: { cookie } })).status),
  )
const eventsOf = (type: string) => stage.instances.map(({ events }) => events.filter((event) => event.type === type))

it('they renew once between them, each time', async () => {
  for (const round of [1, 2, 3]) {
    await stage.endTokens()
    stage.provider.fault('/token', { kind: 'delay', milliseconds: 200 }, 1)
    expect(await browser.callAdminAtOnce(50)).toEqual(Array(50).fill(200))
    expect(stage.refreshes()).toBe(round)
  }
  expect(await statusesWith(browser.lastCookie())).toEqual([200, 200])
})

it('they renew once between them when Flyte Admin refuses the token before its time', async () => {
  const { authorization: refused } = stage.admin.requestsTo('/api/v1/projects')[0]?.headers ?? {}
  const body = { code: 16, message: 'token is expired', details: [] }
  stage.admin.answer(({ headers }) => headers.authorization === refused, { status: 401, body })
  stage.provider.fault('/token', { kind: 'delay', milliseconds: 200 }, 1)
  expect(await browser.callAdminAtOnce(50)).toEqual(Array(50).fill(200))
  expect(stage.refreshes()).toBe(1)
})

it('a session that ends at one has ended at the other', async () => {
  const old = browser.lastCookie()
  expect(await statusesWith(old)).toEqual([200, 200])
  expect((await browser.signOut()).status).toBe(303)
  expect(await statusesWith(old)).toEqual([401, 401])
  expect(eventsOf('session.ended').flat()).toEqual([{ type: 'session.ended', reason: 'logout', revoked: true }])
})

it('a sign-out during a renewal is not undone by it', async () => {
  const old = browser.lastCookie()
  await stage.endTokens()
  stage.provider.fault('/token', { kind: 'delay', milliseconds: 500 }, 1)
  const calls = statusesWith(old)
  await expect.poll(() => stage.refreshes(), { interval: 10 }).toBe(1)
  expect((await browser.signOut()).status).toBe(303)
  await calls
  expect(await statusesWith(old)).toEqual([401, 401])
  // What the renewal has brought was revoked, and not what was there before.
  expect(eventsOf('session.ended').flat()).toEqual([{ type: 'session.ended', reason: 'logout', revoked: true }])
  expect(stage.provider.requestsTo('/token/revocation').map(({ status }) => status)).toEqual([200])
  const spent = stage.provider.requestsTo('/token').map(({ body }) => new URLSearchParams(body).get('refresh_token'))
  const [revocation] = stage.provider.requestsTo('/token/revocation')
  expect(spent).not.toContain(new URLSearchParams(revocation?.body).get('token'))
})

it('a refresh token that was refused ends it for both', async () => {
  await stage.endTokens()
  stage.provider.answer('/token', { status: 400, body: { error: 'invalid_grant' } }, 1)
  expect(await browser.callAdminAtOnce(50)).toEqual(Array(50).fill(401))
  expect(stage.refreshes()).toBe(1)
  expect(await statusesWith(browser.lastCookie())).toEqual([401, 401])
  expect(eventsOf('session.ended').flat()).toEqual([{ type: 'session.ended', reason: 'refresh-refused' }])
})
