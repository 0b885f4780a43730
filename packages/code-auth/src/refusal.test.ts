import { describe, expect, it } from 'vitest'
import { isPageRequest, refusal, refuse } from './refusal.js'

const from = (headers: Record<string, string>) => new Request('https://portal.example.com/x?canary', { headers })
const browser = 'text/html,application/xhtml+xml,*/*;q=0.8'

describe('who looks at a page', () => {
  it.each<[boolean, Record<string, string>]>([
    [true, { accept: browser, 'sec-fetch-mode': 'navigate' }],
    [true, { accept: browser }],
    [false, { accept: browser, 'sec-fetch-mode': 'cors' }],
    [false, { accept: '*/*', 'sec-fetch-mode': 'navigate' }],
    [false, { accept: 'application/json, text/html' }],
    [false, { accept: '*/*' }],
    [false, {}],
  ])('%s: %j', (isPage, headers) => {
    expect(isPageRequest(from(headers))).toBe(isPage)
  })
})

describe('a refusal', () => {
  it('is a code and nothing else, for programs and for people', async () => {
    const program = refuse(from({}), 401, 'FLYTE_AUTH_LOGGED_OUT', { loginPath: '/login', headers: { allow: 'POST' } })
    expect([program.status, await program.text()]).toEqual([401, '{"code":"FLYTE_AUTH_LOGGED_OUT"}'])
    const person = refuse(from({ accept: browser }), 401, 'FLYTE_AUTH_LOGGED_OUT', { headers: { allow: 'POST' } })
    expect((await person.text()).replace(/<[^>]*>/g, ' ')).toBe('    Not logged in  FLYTE_AUTH_LOGGED_OUT  ')
    for (const { headers } of [program, person, refusal(401, 'UNKNOWN', { allow: 'POST' })]) {
      expect(Object.fromEntries(headers)).toMatchObject({
        allow: 'POST',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      })
      expect(headers.get('location')).toBeNull()
    }
  })

  it('that passes by itself says so to a person, and asks nobody to log in who is', async () => {
    const page = await refuse(from({ accept: browser }), 503, 'FLYTE_STORE_UNAVAILABLE').text()
    const words = page.replace(/<[^>]*>/g, ' ').split(/\s{2,}/)
    const told = 'This is not available right now. Please try again in a moment.'
    expect(words).toEqual(['', 'Not available', told, 'FLYTE_STORE_UNAVAILABLE', ''])
  })

  it('offers a person a link, or a form, which nobody can break out of', async () => {
    const page = (options: Parameters<typeof refuse>[3]) =>
      refuse(from({ accept: browser }), 401, 'FLYTE_AUTH_LOGGED_OUT', options).text()
    expect(await page({ loginPath: '/login' })).toContain('<a href="/login">')
    expect(await page({ loginPath: '/login', requirePost: true })).toContain('<form method="post" action="/login">')
    expect(await page({ loginPath: '/"><script>&' })).toContain('href="/&#34;&#62;&#60;script&#62;&#38;"')
  })
})
