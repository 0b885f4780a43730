import { startFlyteAdmin } from '@flyte-js/testing'
import { memoryStore } from '@flyte-js/token-store'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createBrowser, createPortal, origin, redirectUri, startProvider } from '../test/portal.js'

const provider = await startProvider()
afterAll(() => provider.close())
beforeEach(() => {
  provider.clearRequests()
  provider.refuseLogin = false
})

const portalOf = (options: Parameters<typeof createPortal>[0] = {}) =>
  createPortal({ issuer: provider.issuer, ...options })

/** A browser on its way back from the provider. */
async function comeBack(portal = portalOf()) {
  const browser = createBrowser(portal)
  const answer = await browser.followRedirects(`${origin}/login?redirect_url=/home`, { until: redirectUri })
  return { portal, browser, answer, cookie: await browser.cookies() }
}
const callback = (
  portal: ReturnType<typeof createPortal>,
  url: string | URL,
  cookie = '',
  accept = 'application/json',
) => portal.auth.callback(new Request(url, { headers: { cookie, accept } }))
const told = async (response: Response) => ({ status: response.status, body: await response.text() })
const refused = (status: number, code: string) => ({ status, body: JSON.stringify({ code }) })
const changed = (url: URL, change: (parameters: URLSearchParams) => void) => {
  const other = new URL(url)
  change(other.searchParams)
  return other
}

describe('a callback', () => {
  it('begins a session, forgets the attempt, and sends the browser on', async () => {
    const { portal, answer, cookie } = await comeBack()
    const response = await callback(portal, answer, cookie)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/home')
    const [forgotten, session, ...others] = response.headers.getSetCookie()
    expect(others).toEqual([])
    expect(forgotten).toMatch(/^__Host-flyte-js-login-[\w-]{16}=; .*Max-Age=0$/)
    expect(session).toMatch(/^__Host-flyte-js-session=[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=28800$/)
    expect(session?.length).toBeLessThan(1000)
  })

  it('that is replayed with the cookies of before is refused, here and at another instance', async () => {
    for (const store of [memoryStore(), 'cookie' as const]) {
      const portal = portalOf({ store })
      const { browser, answer, cookie } = await comeBack(portal)
      await browser.request(answer)
      const second = store === 'cookie' ? portal : createPortal({ ...portal.options, clock: portal.clock })
      provider.clearRequests()
      const replay = await callback(second, answer, cookie)
      expect(await told(replay)).toEqual(refused(400, 'FLYTE_AUTH_CALLBACK_REPLAYED'))
      expect(replay.headers.getSetCookie().join()).not.toContain('session')
      expect(provider.requestsTo('/token')).toEqual([])
      await portal.clock.advance(600_000)
      expect(await told(await callback(second, answer, cookie))).toEqual(refused(400, 'FLYTE_AUTH_STATE_MISMATCH'))
    }
  })

  it('that comes twice at once is taken once', async () => {
    const { portal, answer, cookie } = await comeBack()
    const responses = await Promise.all(Array.from({ length: 10 }, () => callback(portal, answer, cookie)))
    expect(responses.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(provider.requestsTo('/token')).toHaveLength(1)
  })

  it('of another browser is refused: the state is bound by a cookie (login CSRF)', async () => {
    const attacker = await comeBack()
    const victim = await comeBack(attacker.portal)
    for (const cookie of ['', victim.cookie]) {
      expect(await told(await callback(attacker.portal, attacker.answer, cookie))).toEqual(
        refused(400, 'FLYTE_AUTH_STATE_MISMATCH'),
      )
    }
    // The cookie of one attempt under the name of another.
    const [name] = attacker.cookie.split('=')
    const [, value] = victim.cookie.split('=')
    expect((await callback(attacker.portal, attacker.answer, `${name}=${value}`)).status).toBe(400)
    expect(provider.requestsTo('/token')).toEqual([])
  })

  it.each<[string, (parameters: URLSearchParams) => void, string]>([
    ['without a state', (all) => all.delete('state'), 'FLYTE_AUTH_STATE_MISMATCH'],
    ['with another state', (all) => all.set('state', 'x'.repeat(43)), 'FLYTE_AUTH_STATE_MISMATCH'],
    [
      'with a state that begins alike',
      (all) => all.set('state', `${all.get('state')?.slice(0, 42)}~`),
      'FLYTE_AUTH_STATE_MISMATCH',
    ],
    ['with two states', (all) => all.append('state', all.get('state') ?? ''), 'FLYTE_AUTH_STATE_MISMATCH'],
    [
      'with a state that breaks headers',
      (all) => all.set('state', 'a\r\nset-cookie: x=y'),
      'FLYTE_AUTH_STATE_MISMATCH',
    ],
    ['from another issuer', (all) => all.set('iss', 'https://evil.example.com'), 'FLYTE_AUTH_ISSUER_MISMATCH'],
    ['from nobody', (all) => all.delete('iss'), 'FLYTE_AUTH_ISSUER_MISMATCH'],
    ['without a code', (all) => all.delete('code'), 'FLYTE_AUTH_RESPONSE_INVALID'],
    ['with two codes', (all) => all.append('code', 'x'), 'FLYTE_AUTH_RESPONSE_INVALID'],
  ])('%s is refused before anything is sent', async (_, change, code) => {
    const { portal, answer, cookie } = await comeBack()
    provider.clearRequests()
    expect(await told(await callback(portal, changed(answer, change), cookie))).toEqual(refused(400, code))
    expect(provider.requestsTo('/token')).toEqual([])
  })

  it('by POST, or after ten minutes, is refused', async () => {
    const { portal, answer, cookie } = await comeBack()
    const post = new Request(answer, { method: 'POST', headers: { cookie, origin } })
    expect(await told(await portal.auth.callback(post))).toEqual(refused(400, 'FLYTE_AUTH_STATE_MISMATCH'))
    await portal.clock.advance(600_000)
    expect(await told(await callback(portal, answer, cookie))).toEqual(refused(400, 'FLYTE_AUTH_STATE_MISMATCH'))
  })

  it('under another host is read all the same: where we are the redirect URI says', async () => {
    const { portal, answer, cookie } = await comeBack()
    const elsewhere = new URL(answer.pathname + answer.search, 'http://10.0.0.7:8080')
    expect((await callback(portal, elsewhere, cookie)).headers.get('location')).toBe('/home')
  })

  it('that says no is told as a code, and as a page to a person, who may try again', async () => {
    provider.refuseLogin = true
    const { portal, answer, cookie } = await comeBack()
    expect(answer.searchParams.get('error')).toBe('access_denied')
    const response = await callback(portal, answer, cookie, 'text/html,*/*')
    expect(response.status).toBe(403)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    const page = await response.text()
    expect(page).toContain('FLYTE_AUTH_GRANT_REFUSED')
    expect(page).toContain('<a href="/login">')
    expect(page).not.toContain('refused to log in')
    expect(response.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')])
    expect(portal.events.at(-1)).toMatchObject({
      operation: 'callback',
      reason: expect.stringContaining('access_denied'),
    })
    expect((await callback(portal, answer, cookie)).status).toBe(400)
  })

  it('whose code is refused, whose secret is wrong, or whose provider is down says which by its status', async () => {
    const one = await comeBack()
    expect(
      await told(
        await callback(
          one.portal,
          changed(one.answer, (all) => all.set('code', 'x')),
          one.cookie,
        ),
      ),
    ).toEqual(refused(400, 'FLYTE_AUTH_GRANT_REFUSED'))
    const two = await comeBack(portalOf({ clientSecret: 'wrong' }))
    expect(await told(await callback(two.portal, two.answer, two.cookie))).toEqual(
      refused(502, 'FLYTE_AUTH_GRANT_REFUSED'),
    )
    const three = await comeBack()
    const takeBack = provider.fault('/token', { kind: 'reset' })
    expect(await told(await callback(three.portal, three.answer, three.cookie))).toEqual(
      refused(503, 'FLYTE_AUTH_SERVER_UNREACHABLE'),
    )
    // The answer is used up: a person begins anew.
    const four = await comeBack()
    const page = await callback(four.portal, four.answer, four.cookie, 'text/html,*/*')
    expect([page.status, await page.text()]).toEqual([503, expect.stringContaining('<a href="/login">')])
    takeBack()
  })

  it('whose login was begun at another issuer goes nowhere', async () => {
    const { portal, answer, cookie } = await comeBack()
    // One that does not say who answers (RFC 9207), so that only the attempt knows.
    await using admin = await startFlyteAdmin()
    const { issuer: _, ...options } = portal.options
    const moved = createPortal({ ...options, endpoint: admin.url, clock: portal.clock })
    const unnamed = changed(answer, (all) => all.delete('iss'))
    expect(await told(await callback(moved, unnamed, cookie))).toEqual(refused(400, 'FLYTE_AUTH_ISSUER_MISMATCH'))
    expect(admin.requestsTo('/oauth2/token')).toEqual([])
  })

  it('of somebody who has a session ends that one, and its id is never taken from the browser (fixation)', async () => {
    const portal = portalOf()
    const browser = createBrowser(portal)
    await browser.logIn()
    const before = await browser.cookies()
    await browser.logIn()
    const after = await browser.cookies()
    expect(after).not.toBe(before)
    const { auth } = portal
    const seen = async (cookie: string) => {
      const request = new Request(origin, { headers: { cookie } })
      return (await auth.withSession(request, (session) => Response.json(session?.user ?? null))).json()
    }
    expect(await seen(before)).toBeNull()
    expect(await seen(after)).toMatchObject({ subject: 'user-1' })
    expect(portal.events).toContainEqual({ type: 'session.ended', reason: 'login' })
  })
})
