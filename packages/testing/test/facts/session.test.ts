import { describe, expect, test } from 'vitest'
import {
  cookieHeader,
  logInBrowser,
  snakeCase,
  type Target,
  useExternalTarget,
  useShortSession,
  useTarget,
} from './target.js'

const projects = '/api/v1/projects?limit=1'
const session = ['flyte_at_1', 'flyte_at_2', 'flyte_idt', 'flyte_rt', 'flyte_user_info']
const without = (...missing: string[]) => session.filter((name) => !missing.includes(name))
const shape = (line: string) => line.replace(/=[^;]+/, '=…')
const redirectTo = (path: string, target: string) => `${path}?redirect_url=${encodeURIComponent(target)}`

function describeSession(target: Target): void {
  /** Asks as a browser with these cookies does. */
  const withCookies = (path: string, cookie: string, headers: Record<string, string> = {}) =>
    target.send(path, { headers: { ...snakeCase, ...headers, cookie } })

  test('fact 34: session cookies, HttpOnly, of which the ID token counts, with both halves of the access token', async () => {
    const cookies = await logInBrowser(target)
    expect([...cookies.values()].map(shape)).toEqual([
      'flyte_csrf_state=…; HttpOnly; SameSite=Lax',
      'flyte_redirect_location=…; HttpOnly; SameSite=Lax',
      ...session.map((name) => `${name}=…; HttpOnly`),
    ])
    const statusOf = async (names: string[]) => (await withCookies(projects, cookieHeader(cookies, names))).status
    expect(await statusOf(session)).toBe(200)
    expect(await statusOf(without('flyte_rt', 'flyte_user_info'))).toBe(200)
    expect(await statusOf(['flyte_idt'])).toBe(401)
    for (const name of ['flyte_idt', 'flyte_at_1', 'flyte_at_2']) expect(await statusOf(without(name))).toBe(401)
    const swapped = new Map([...cookies, ['flyte_at_1', cookies.get('flyte_at_2')?.replace('at_2', 'at_1') ?? '']])
    expect((await withCookies(projects, cookieHeader(swapped))).status).toBe(401)

    const whole = await withCookies('/me', cookieHeader(cookies))
    expect(whole.json()).toMatchObject({
      subject: 'user-1',
      name: 'Test User',
      preferred_username: 'tuser',
      given_name: 'Test',
      family_name: 'User',
      email: 'tuser@example.com',
      picture: '',
      additional_claims: { aud: 'flyteadmin', sub: 'user-1', email: 'tuser@example.com', exp: expect.any(Number) },
    })
    expect(whole.headers).toMatchObject({ 'x-user-subject': 'user-1', 'x-user-claim-aud': '"flyteadmin"' })
    expect(whole.headers).not.toHaveProperty('set-cookie')
    const bare = (await withCookies('/me', cookieHeader(cookies, without('flyte_user_info')))).json()
    expect(bare).toMatchObject({ subject: 'user-1', name: '', email: '', additional_claims: { name: 'Test User' } })
    expect((await target.send('/me', { headers: snakeCase })).status).toBe(401)
  })

  test('fact 13: a session wins over the custom header, good or bad; Authorization over both', async () => {
    const cookie = cookieHeader(await logInBrowser(target))
    const subjectOf = async (headers: Record<string, string>, cookies = cookie) => {
      const answer = await withCookies('/me', cookies, headers)
      return answer.status === 200 ? answer.json<{ subject: string }>().subject : answer.status
    }
    expect(await subjectOf({ 'flyte-authorization': 'Bearer bad' })).toBe('user-1')
    expect(await subjectOf({ 'flyte-authorization': 'Bearer bad' }, 'flyte_idt=x')).toBe(401)
    expect(await subjectOf({ authorization: 'Bearer bad' })).toBe(401)
    expect(await subjectOf({ authorization: 'Basic eDp5' })).toBe(401)
  })

  test('fact 35: redirect_url has no host that Go would see, or an authorized one, else 403; a live session goes anywhere', async () => {
    const login = async (redirectUrl: string) => {
      const { status, headers } = await target.send(redirectTo('/login', redirectUrl))
      const kept = headers['set-cookie']?.find((line) => line.startsWith('flyte_redirect_location='))
      return status === 307
        ? kept?.slice('flyte_redirect_location='.length, -'; HttpOnly; SameSite=Lax'.length)
        : status
    }
    const kept = ['/x?a=1#b', 'x', '/', `${target.url}/x`, target.url.replace('localhost', '127.0.0.1').concat('/x')]
    for (const redirectUrl of kept) expect(await login(redirectUrl)).toBe(redirectUrl)
    for (const pathless of ['', '?q', '#f', target.url, 'https:evil.example', 'javascript:alert(1)'])
      expect(await login(pathless)).toBeUndefined()
    const foreign = ['http://evil.example/x', '//evil.example', `${target.url}@evil.example/`, 'http://localhost/x']
    const unreadable = [
      '/\t/evil.example',
      '/%zz',
      'http://[::1',
      target.url.toUpperCase(),
      target.url.replace('http', 'https'),
    ]
    for (const redirectUrl of [...foreign, ...unreadable]) expect(await login(redirectUrl)).toBe(403)
    // Hosts to a browser, but not to Go.
    expect(await login('/\\evil.example')).toBe('/%5Cevil.example')
    expect(await login('///evil.example/x')).toBe('///evil.example/x')
    expect(await login('https:/evil.example')).toBe('https:/evil.example')
    expect(await login('/a b"c')).toBe('/a%20b%22c')
    expect(await login('/a;b,c')).toBe('"/ab,c"')

    const cookies = await logInBrowser(target)
    const locationOf = async (path: string) =>
      (await withCookies(path, cookieHeader(cookies, session))).headers.location
    for (const anywhere of ['http://evil.example/x', '//evil.example', '/\\evil.example', '%zz']) {
      expect(await locationOf(redirectTo('/login', anywhere))).toBe(anywhere)
    }
    expect(await locationOf(redirectTo('/login', '///evil.example/x'))).toBe('/evil.example/x')
    expect(await locationOf('/login')).toBe('/console')
    expect((await withCookies('/login', cookieHeader(cookies))).headers.location).toBe('/healthcheck')
  })

  test('fact 36: logout clears the token cookies in the browser alone, and goes wherever it is told', async () => {
    const cookie = cookieHeader(await logInBrowser(target))
    const cleared = ['flyte_at', 'flyte_at_1', 'flyte_at_2', 'flyte_rt', 'flyte_idt']
    for (const method of ['GET', 'POST']) {
      const { status, headers, text } = await target.send('/logout', { method, headers: { cookie } })
      expect([status, text]).toEqual([200, ''])
      expect(headers['set-cookie']?.map((line) => line.split('; Expires=')[0])).toEqual(
        cleared.map((name) => `${name}=`),
      )
      for (const line of headers['set-cookie'] ?? []) {
        expect(line).toMatch(/; Expires=[^;]* GMT; HttpOnly$/)
        expect(Date.parse(/Expires=([^;]*)/.exec(line)?.[1] ?? '')).toBeLessThan(Date.now())
      }
    }
    for (const anywhere of ['/bye', 'http://evil.example/x', '//evil.example']) {
      const { status, headers } = await target.send(redirectTo('/logout', anywhere))
      expect([status, headers.location]).toEqual([307, anywhere])
      expect(headers['set-cookie']).toHaveLength(5)
    }
    expect((await withCookies(projects, cookie)).status).toBe(200)
    expect((await withCookies('/me', cookie)).status).toBe(200)
  })

  test('fact 37: there is no CSRF check: a POST from a foreign origin passes by its cookies, as text/plain too', async () => {
    const cookie = cookieHeader(await logInBrowser(target))
    for (const contentType of ['application/json', 'text/plain']) {
      const id = `csrf-${contentType.length}-${Date.now().toString(36)}`
      const headers = { cookie, origin: 'http://evil.example', 'content-type': contentType }
      const body = JSON.stringify({ project: { id, name: id } })
      const { status, text } = await target.send('/api/v1/projects', { method: 'POST', headers, body })
      expect([status, text]).toEqual([200, '{}'])
    }
  })
}

describe('a browser session at a Flyte Admin with its own authorization server', () => {
  describeSession(useTarget())
})

describe('a browser session at a Flyte Admin with an external authorization server', () => {
  describeSession(useExternalTarget())
})

describe('a browser session whose ID token has expired', () => {
  const target = useShortSession()

  test('fact 34: gets 401 from the API, where nothing renews it, and hides the custom header; /login renews it', async () => {
    const cookies = await logInBrowser(target)
    const ask = (path: string, headers: Record<string, string> = {}, names = session) =>
      target.send(path, { headers: { ...snakeCase, cookie: cookieHeader(cookies, names), ...headers } })
    expect((await ask(projects)).status).toBe(200)
    await target.end()
    for (const path of [projects, '/me']) {
      const { status, headers, text } = await ask(path)
      expect([status, text]).toEqual([
        401,
        expect.stringMatching(/\[JWT_EXPIRED\] .*\(Token Expiry: [\d-]+ [\d:]+ \+0000 UTC\)/),
      ])
      expect(headers).not.toHaveProperty('set-cookie')
    }
    const token = `Bearer ${await target.token()}`
    expect((await ask(projects, { 'flyte-authorization': token })).status).toBe(401)
    expect((await ask(projects, { authorization: token })).status).toBe(200)

    const anew = await ask('/login?redirect_url=/x', {}, without('flyte_rt'))
    expect(anew.headers.location).not.toBe('/x')
    const renewed = await ask('/login?redirect_url=/x')
    expect([renewed.status, renewed.headers.location]).toEqual([307, '/x'])
    expect(renewed.headers['set-cookie']?.map(shape)).toEqual(session.map((name) => `${name}=…; HttpOnly`))
    for (const line of renewed.headers['set-cookie'] ?? []) cookies.set(line.slice(0, line.indexOf('=')), line)
    expect((await ask(projects)).status).toBe(200)
    const { additional_claims: claims } = (await ask('/me')).json<{ additional_claims: Record<string, unknown> }>()
    expect(claims.sub).toBe('user-1')
  })
})
