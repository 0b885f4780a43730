import { afterAll, describe, expect, it } from 'vitest'
import { everythingOf } from '../../auth/test/canaries.js'
import { cookieKey, createBrowser, createPortal, origin, redirectUri, startProvider } from '../test/portal.js'

const provider = await startProvider()
afterAll(() => provider.close())

describe('what nobody may see', () => {
  it('is in no event and no answer, whatever goes wrong', async () => {
    const key = cookieKey()
    const portal = createPortal({ issuer: provider.issuer, cookieKeys: [key] })
    const browser = createBrowser(portal)
    const answer = await browser.followRedirects(`${origin}/login?redirect_url=/home%3Fcanary`, { until: redirectUri })
    const cookie = await browser.cookies()
    const [state = '', code = ''] = ['state', 'code'].map((name) => answer.searchParams.get(name) ?? '')
    const secrets = [state, code, key, cookie.split('=')[1] ?? '', 'canary']
    const bodies: string[] = []
    const ask = async (url: string | URL, headers: Record<string, string> = {}) => {
      const response = await portal.handle(new Request(url, { headers: { accept: 'text/html', ...headers } }))
      bodies.push(await response.text())
    }

    // The token endpoint repeats what it was sent.
    const echo = provider.answer('/token', ({ body, headers }) => {
      secrets.push(new URLSearchParams(body).get('code_verifier') ?? '', headers.authorization?.slice(6) ?? '')
      return { status: 400, body: { error: 'invalid_grant', error_description: `${body} ${headers.authorization}` } }
    })
    await ask(answer, { cookie })
    await ask(answer, { cookie })
    await ask(answer)
    echo()
    await ask(`${origin}/callback?state=${state}&error=canary`)
    await ask(`${origin}/login?redirect_url=https://canary.example.com/canary`)
    await ask(`${origin}/me?canary`, { cookie: `__Host-flyte-js-session=canary` })

    // A login that goes well, and a renewal that does not.
    await browser.logIn('/login?redirect_url=/home')
    const me = await browser.me()
    const session = (await browser.cookies()).split('=')[1] ?? ''
    secrets.push(me?.accessToken ?? '', session)
    await portal.clock.advance(299_000)
    const refused = provider.answer('/token', ({ body }) => {
      secrets.push(new URLSearchParams(body).get('refresh_token') ?? '')
      return { status: 500, body: { error: 'server_error', error_description: body } }
    })
    await browser.request(`${origin}/me`)
    refused()

    const seen = portal.events.map(everythingOf).join('\n') + bodies.join('\n')
    expect(portal.events.length).toBeGreaterThan(8)
    for (const secret of secrets.filter((each) => each.length > 2)) expect(seen).not.toContain(secret)
    expect(secrets.filter((each) => each.length > 40).length).toBeGreaterThan(5)
  })
})
