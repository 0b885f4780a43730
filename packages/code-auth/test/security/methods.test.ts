// Every method at every handler, with a session and without one.
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { ask, comeBack, createBrowser, logIn, origin, startScene } from './scene.js'

const scene = await startScene()
afterAll(() => scene[Symbol.asyncDispose]())
beforeEach(() => scene.admin.clearRequests())
afterEach(() => scene.expectNothingTold())

const own = { origin }

test.each<[path: string, method: string, status: number]>([
  ['/login', 'HEAD', 303],
  ['/login', 'POST', 303],
  ['/login', 'OPTIONS', 405],
  ['/login', 'PUT', 405],
  ['/login', 'PROPFIND', 405],
  ['/logout', 'OPTIONS', 405],
  ['/logout', 'DELETE', 405],
  ['/callback', 'HEAD', 400],
  ['/callback', 'OPTIONS', 400],
  ['/callback', 'PUT', 400],
  ['/api/v1/projects', 'OPTIONS', 405],
  ['/api/v1/projects', 'PROPFIND', 405],
  ['/api/v1/projects', 'HEAD', 501],
])('%s of %s by who is logged in is %i, and the session stays', async (path, method, status) => {
  const portal = scene.portal()
  const { browser, cookie } = await logIn(portal)
  const response = await ask(portal, path, { cookie, ...own }, { method })
  expect(response.status).toBe(status)
  // No page of another origin may read it, or learn from a preflight that it may ask.
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  if (status === 405) expect(response.headers.get('allow')).toMatch(/^GET, HEAD, POST/)
  if (method !== 'HEAD') expect(scene.admin.requests).toEqual([])
  expect(await browser.me()).not.toBeNull()
})

test.each(['HEAD', 'POST', 'PUT', 'OPTIONS'])('a callback by %s uses no code up', async (method) => {
  const portal = scene.portal()
  const { answer, cookie } = await comeBack(portal)
  scene.provider.clearRequests()
  const response = await ask(portal, answer.href, { cookie, ...own }, { method })
  expect([response.status, response.headers.getSetCookie().join()]).toEqual([
    400,
    expect.not.stringContaining('flyte-js-session'),
  ])
  expect(scene.provider.requests).toEqual([])
})

test.each(['HEAD', 'POST'])('a logout by %s is one', async (method) => {
  const portal = scene.portal()
  const { cookie } = await logIn(portal)
  expect((await ask(portal, '/logout', { cookie, ...own }, { method })).status).toBe(303)
  expect((await ask(portal, '/api/v1/projects', { cookie })).status).toBe(401)
})

test('two people who take turns at one browser are never one: who logs in last is who it is', async () => {
  const portal = scene.portal()
  const browser = createBrowser(portal)
  await browser.logIn()
  const first = await browser.cookies()
  await browser.logIn()
  expect((await ask(portal, '/api/v1/projects', { cookie: first })).status).toBe(401)
  expect((await ask(portal, '/api/v1/projects', { cookie: await browser.cookies() })).status).toBe(200)
})

test('two tabs that come back at once are both logged in, and a logout ends what their browser has', async () => {
  const portal = scene.portal()
  const browser = createBrowser(portal)
  const answers = []
  for (const tab of ['/one', '/two']) {
    const until = `${origin}/callback`
    answers.push(await browser.followRedirects(`${origin}/login?redirect_url=${tab}`, { until }))
  }
  const back = await Promise.all(answers.map((answer) => browser.request(answer)))
  expect(back.map(({ headers }) => headers.get('location'))).toEqual(['/one', '/two'])
  expect(await browser.me()).not.toBeNull()
  const cookie = await browser.cookies()
  expect(cookie).not.toContain('flyte-js-login')
  await browser.request(`${origin}/logout`)
  expect((await ask(portal, '/api/v1/projects', { cookie })).status).toBe(401)
})
