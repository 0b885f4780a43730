import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as LoginPage from './login-page.js'
import { browserNames, type EmbeddedStage, startBrowser, startEmbeddedStage } from './stage.js'
import { createVisitor } from './visitor.js'

// One login for all tabs of a page, whose refresh token can be used once.

declare const page: typeof LoginPage

describe.each(browserNames)('the tabs of a page in %s', (browserName) => {
  let browser: Browser
  let stage: EmbeddedStage
  beforeAll(async () => {
    browser = await startBrowser(browserName)
    stage = await startEmbeddedStage('external')
  })
  afterAll(async () => {
    await browser.close()
    await stage.close()
  })

  it.each(['local', 'indexedDb'] as const)('share one login and one renewal, on %s', async (store) => {
    const visitor = await createVisitor(browser, stage)
    const settings = { store, offline: true }
    const first = await visitor.leave(await visitor.open('/', settings))
    const tabs: Page[] = []
    for (let count = 0; count < 5; count += 1) tabs.push(await visitor.open('/', settings))
    expect(await tabs[0]?.evaluate(() => page.getToken())).toMatchObject({ accessToken: first?.accessToken })
    stage.clearRequests()
    for (let renewal = 1; renewal <= 2; renewal += 1) {
      const outcomes = await Promise.all(
        tabs.map((tab) =>
          tab.evaluate(() => {
            page.advance(3_600_000)
            return page.getToken()
          }),
        ),
      )
      expect(new Set(outcomes.map((outcome) => outcome?.accessToken)).size).toBe(1)
      expect(outcomes[0]).not.toHaveProperty('error')
      expect(stage.tokenRequests('refresh_token').map(({ status }) => status)).toEqual(Array(renewal).fill(200))
    }
    // Each refresh token was used once: the last one is still good.
    expect(await tabs[0]?.evaluate(() => page.logout())).toEqual({ revoked: true })
    for (const tab of tabs)
      await expect.poll(() => tab.evaluate(() => page.getToken())).toMatchObject({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    await visitor.close()
  })
})
