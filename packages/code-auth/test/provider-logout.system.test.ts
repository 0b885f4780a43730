// A sign-out that goes on to the provider (OpenID Connect RP-Initiated Logout 1.0), in Chromium and Firefox.
import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserNames, startBrowser } from '../../pkce-auth/test/stage.js'
import { type ProviderStage, startProviderStage } from './stage.js'
import { createVisitor, type Visitor } from './visitor.js'

describe.each(browserNames)('in %s', (browserName) => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser(browserName)
  })
  afterAll(() => browser.close())

  describe.each([true, false])('with endProviderSession: %s', (endProviderSession) => {
    let stage: ProviderStage
    let visitor: Visitor
    beforeAll(async () => {
      stage = await startProviderStage({
        client: (origin) => ({ postLogoutRedirectUris: [`${origin}/goodbye`] }),
        portal: { endProviderSession, afterLogout: '/goodbye' },
      })
    })
    afterAll(() => stage.close())
    beforeEach(async () => {
      stage.provider.clearRequests()
      visitor = await createVisitor(browser, stage.origin)
      await visitor.press('Sign in')
      await visitor.logIn('flora')
    })
    afterEach(() => visitor.close())

    const isBack = async () => {
      await visitor.page.getByText('Nobody is signed in.').waitFor()
      expect(visitor.page.url()).toBe(`${stage.origin}/goodbye`)
      expect(await visitor.cookies()).toEqual([])
    }

    if (!endProviderSession) {
      it('the provider still knows who it is', async () => {
        await visitor.press('Sign out')
        await isBack()
        expect(stage.provider.requestsTo('/session/end')).toEqual([])
        await visitor.press('Sign in')
        await visitor.agree()
        expect(await visitor.projects()).toContain('flytesnacks')
      })
      return
    }

    it('the provider asks, forgets the person, and sends the browser back', async () => {
      await visitor.press('Sign out')
      const yes = visitor.page.getByRole('button', { name: 'Yes, sign me out' })
      await yes.waitFor()
      const [request] = stage.provider.requestsTo('/session/end')
      expect(Object.fromEntries(request?.query ?? [])).toEqual({
        client_id: 'portal',
        id_token_hint: expect.stringMatching(/^ey/),
        post_logout_redirect_uri: `${stage.origin}/goodbye`,
      })
      // Signed out here it is already, whatever the person answers.
      expect(await visitor.cookies()).toEqual([])
      await yes.click()
      await isBack()
      await visitor.press('Sign in')
      await visitor.logIn('felix')
      expect(await visitor.projects()).toContain('flytesnacks')
    })

    it('who stays signed in at the provider is signed out here', async () => {
      await visitor.press('Sign out')
      await visitor.page.getByRole('button', { name: 'No, stay signed in' }).click()
      await isBack()
      await visitor.press('Sign in')
      await visitor.agree()
    })
  })
})
