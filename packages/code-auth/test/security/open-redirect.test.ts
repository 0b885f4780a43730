// Sending a person to a place of an attacker's, from a link that begins with our name.
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { ask, createBrowser, expectRefused, origin, redirectUri, startScene } from './scene.js'

const scene = await startScene()
afterAll(() => scene[Symbol.asyncDispose]())
afterEach(() => scene.expectNothingTold())
const allowedRedirects = ['https://console.example.com', 'https://shared.example.com/portal']

/** As they stand in the address of a link: encoded once, twice, or not at all. */
const hostile = [
  '//evil.com',
  '///evil.com',
  '////evil.com',
  '/\\evil.com',
  '\\\\evil.com',
  '\\/\\/evil.com',
  '/\\/evil.com',
  '/%09/evil.com',
  '/%0A/evil.com',
  '/%0D/evil.com',
  '%09//evil.com',
  '%20//evil.com',
  '%00//evil.com',
  '//evil%E3%80%82com',
  '/%E2%80%8B/evil.com',
  '/%C2%AD/evil.com',
  '%2F%2Fevil.com',
  '%2F%5Cevil.com',
  '%5C%5Cevil.com',
  '%252F%252Fevil.com',
  '/%252Fevil.com',
  '/%255Cevil.com',
  '/%250D%250ALocation:%20https://evil.com',
  '/.//evil.com',
  '/..//evil.com',
  '/x/..//evil.com',
  '/%2e//evil.com',
  '/x/%2e%2e//evil.com',
  'https://evil.com',
  'https:evil.com',
  'https:/evil.com',
  'https:///evil.com',
  'https:\\\\evil.com',
  'HtTpS://evil.com',
  '%68ttps://evil.com',
  'http://portal.example.com',
  'https://portal.example.com.evil.com',
  'https://portal.example.com@evil.com',
  'https://portal.example.com%40evil.com',
  'https://portal.example.com:443@evil.com',
  'https://portal.example.com\\@evil.com',
  'https://portal.example.com%5C.evil.com',
  'https://portal.example.com:8443',
  'https://portal.example.com//evil.com',
  'https://evil.com%23portal.example.com',
  'https://evil.com?portal.example.com',
  'https://evil%E3%80%82com',
  'https://%EF%BD%85vil.com',
  'https://console.example.com.evil.com',
  'https://console.example.com@evil.com',
  'http://console.example.com',
  'https://shared.example.com/',
  'https://shared.example.com/portals',
  'https://shared.example.com/portal/../admin',
  'https://shared.example.com/portal/..%252Fadmin',
  'javascript:alert(1)',
  'java%0Ascript:alert(1)',
  'JaVaScRiPt://portal.example.com/%250aalert(1)',
  'data:text/html,%3Cscript%3E',
  'vbscript:x',
  'file:///etc/passwd',
  'evil.com',
  '@evil.com',
  '.evil.com',
  '',
  '/a%0D%0ASet-Cookie:%20x=y',
  '/a%0D%0A%0D%0A%3Cscript%3E',
]

describe.each(['/login', '/logout'])('%s', (path) => {
  const portal = scene.portal({ allowedRedirects })

  test.each(hostile)('sends nobody to %s', async (spelling) => {
    scene.provider.clearRequests()
    const response = await ask(portal, `${path}?redirect_url=${spelling.replaceAll('\\', '%5C')}`)
    await expectRefused(response, 403, 'FLYTE_AUTH_REDIRECT_REFUSED')
    expect(scene.provider.requests).toEqual([])
  })

  test.each(hostile)('sends nobody there by a form: %s', async (spelling) => {
    const body = `redirect_url=${spelling}`
    const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' }
    await expectRefused(await ask(portal, path, headers, { method: 'POST', body }), 403, 'FLYTE_AUTH_REDIRECT_REFUSED')
  })

  test('takes one redirect_url, and no second for somebody else to read', async () => {
    for (const query of ['redirect_url=/a&redirect_url=//evil.com', 'redirect_url=/a&redirect_url=/b']) {
      await expectRefused(await ask(portal, `${path}?${query}`), 403, 'FLYTE_AUTH_REDIRECT_REFUSED')
    }
    const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' }
    const both = await ask(portal, `${path}?redirect_url=/a`, headers, {
      method: 'POST',
      body: 'redirect_url=//evil.com',
    })
    await expectRefused(both, 403, 'FLYTE_AUTH_REDIRECT_REFUSED')
  })
})

test.each([
  ['/home', '/home'],
  ['/home?x=1%23y', '/home?x=1#y'],
  ['https://console.example.com/x', 'https://console.example.com/x'],
  ['https://shared.example.com/portal/x', 'https://shared.example.com/portal/x'],
  [`${origin}/home`, '/home'],
])('a person gets to %s', async (asked, arrived) => {
  const portal = scene.portal({ allowedRedirects })
  const browser = createBrowser(portal)
  const answer = await browser.followRedirects(`${origin}/login?redirect_url=${asked}`, { until: redirectUri })
  expect((await browser.request(answer)).headers.get('location')).toBe(arrived)
  expect((await ask(portal, `/logout?redirect_url=${asked}`)).headers.get('location')).toBe(arrived)
})

test('where a login leads is under the seal: the callback takes no redirect_url', async () => {
  const browser = createBrowser(scene.portal())
  const answer = await browser.followRedirects(`${origin}/login?redirect_url=/home`, { until: redirectUri })
  answer.searchParams.set('redirect_url', 'https://evil.com')
  expect((await browser.request(answer)).headers.get('location')).toBe('/home')
})

test('a provider that ends its own session is told no place of an attacker either', async () => {
  const document = '/.well-known/openid-configuration'
  const metadata = await (await fetch(scene.provider.issuer + document)).json()
  const endpoint = `${scene.provider.issuer}/session/end`
  const take = scene.provider.answer(document, { body: { ...metadata, end_session_endpoint: endpoint } })
  const portal = scene.portal({ endProviderSession: true, allowedRedirects })
  await expectRefused(await ask(portal, '/logout?redirect_url=https://evil.com'), 403, 'FLYTE_AUTH_REDIRECT_REFUSED')
  const { headers } = await ask(portal, '/logout?redirect_url=/bye')
  take()
  const url = new URL(headers.get('location') as string)
  expect(url.origin + url.pathname).toBe(endpoint)
  expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${origin}/bye`)
})
