// Tokens in cookies, in Chromium and Firefox: large ones, which need several cookies.
import { systemClock } from '@flyte-js/core'
import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserNames, startBrowser } from '../../pkce-auth/test/stage.js'
import { joinValue } from '../src/cookie-chunks.js'
import { createSealer } from '../src/seal.js'
import { type ProviderStage, startProviderStage } from './stage.js'
import { createVisitor, type Visitor } from './visitor.js'

/** They are in a token twice, and make it larger than a cookie may be. */
const largeScopes = Array.from({ length: 20 }, (_, index) => `${index}-`.padEnd(80, 'x'))

describe.each(browserNames)('in %s', (browserName) => {
  let browser: Browser
  let stage: ProviderStage
  let visitor: Visitor
  beforeAll(async () => {
    browser = await startBrowser(browserName)
    stage = await startProviderStage({
      instances: 2,
      provider: { scopes: ['all', 'offline', ...largeScopes] },
      portal: { store: 'cookie', scopes: ['openid', 'profile', 'all', 'offline', 'offline_access', ...largeScopes] },
    })
  })
  afterAll(() => Promise.all([browser.close(), stage.close()]))
  beforeEach(async () => {
    visitor = await createVisitor(browser, stage.origin)
    await visitor.press('Sign in')
    await visitor.logIn('flora')
  })
  afterEach(() => visitor.close())

  const statusWith = async (cookie: string) =>
    (await fetch(`${stage.origin}/api/v1/projects`, { headers: { cookie } })).status

  it('the browser keeps all of them, and none has a refresh token', async () => {
    expect(await visitor.projects()).toContain('flytesnacks')
    const kept = await visitor.cookies()
    expect(kept.map(({ name }) => name).sort()).toEqual([
      'flyte-js-session',
      'flyte-js-session-2',
      'flyte-js-session-3',
    ])
    for (const { name, value, httpOnly, sameSite } of kept) {
      expect(name.length + value.length).toBeLessThan(4000)
      expect({ httpOnly, sameSite }).toEqual({ httpOnly: true, sameSite: 'Lax' })
    }
    const answers = await visitor.callAdmin(20)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ instance }) => instance)).size).toBe(2)

    // Nobody asked for one, and what is inside is what Flyte Admin was sent.
    expect(stage.provider.requestsTo('/auth').at(-1)?.query.get('scope')).not.toMatch(/\boffline/)
    const sealed = joinValue(new Map(kept.map(({ name, value }) => [name, value])), 'flyte-js-session') ?? ''
    const { content } = (await createSealer([stage.cookieKey], systemClock).open('session', sealed)) ?? {}
    const { authorization } = stage.admin.requestsTo('/api/v1/projects').at(-1)?.headers ?? {}
    expect(Object.keys(content ?? {}).sort()).toEqual(['expiresAt', 'issuer', 'scope', 'seen', 'token', 'user'])
    expect(`Bearer ${content?.token}`).toBe(authorization)
  })

  it('a sign-out takes all of them away, while an old one is good until its token ends', async () => {
    const old = (await visitor.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    await visitor.press('Sign out')
    await visitor.page.getByText('Nobody is signed in.').waitFor()
    expect(await visitor.cookies()).toEqual([])
    expect(await statusWith(old)).toBe(200)
    await stage.endTokens()
    expect(await statusWith(old)).toBe(401)
  })

  it('a session ends with its token, and a person can begin another one', async () => {
    await stage.endTokens()
    expect(await visitor.callAdmin(3)).toEqual(
      Array(3).fill({ status: 401, instance: expect.any(String), body: { code: 'FLYTE_AUTH_LOGGED_OUT' } }),
    )
    expect(stage.refreshes()).toBe(0)
    await visitor.page.reload()
    await visitor.press('Sign in')
    await visitor.agree()
    expect(await visitor.projects()).toContain('flytesnacks')
  })
})
