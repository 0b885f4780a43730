import { createUserAgent } from '@flyte-js/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clearCookie, cookieNames, readCookies, setCookie } from './cookies.js'

const withCookie = (cookie: string) => new Request('https://portal.example.com/', { headers: { cookie } })
/** What browsers take for a name and for a value (RFC 6265 section 4.1.1). */
const name = fc.stringMatching(/^[\w!#$%&'*+.^`|~-]{1,20}$/)
const value = fc.stringMatching(/^[\w!#$%&'()*+./:<=>?@[\]^`{|}~-]{0,40}$/)

describe('the Cookie header', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([each]) => each }), (pairs) => {
        const header = pairs.map(([each, text]) => `${each}=${text}`).join('; ')
        expect([...readCookies(withCookie(header))]).toEqual(pairs)
      }),
    )
  })

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x20-\x7e\t]*$/), (header) => {
        for (const [each] of readCookies(withCookie(header))) expect(each).not.toBe('')
      }),
    )
    expect(readCookies(new Request('https://portal.example.com/')).size).toBe(0)
  })

  it('with two of one name means the first', () => {
    expect(readCookies(withCookie('a=1; b=2;a=3')).get('a')).toBe('1')
  })

  it('that is huge is as good as none', () => {
    const session = 'session=x; '
    expect(readCookies(withCookie(session + 'a'.repeat(65_536 - session.length))).get('session')).toBe('x')
    expect(readCookies(withCookie(session + 'a'.repeat(65_537 - session.length))).size).toBe(0)
  })

  it('keeps a name of Object.prototype apart from what it means there', () => {
    expect(readCookies(withCookie('__proto__=x')).get('constructor')).toBeUndefined()
  })
})

describe('a cookie', () => {
  it('is for no script and no other site, and for https alone where there is https', () => {
    const maxAge = 600
    expect(setCookie('a', 'b', { isSecure: true, maxAge })).toBe(
      'a=b; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=600',
    )
    expect(setCookie('a', 'b', { isSecure: false, maxAge })).toBe('a=b; Path=/; HttpOnly; SameSite=Lax; Max-Age=600')
    expect(clearCookie('a', true)).toBe('a=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0')
  })

  it('has a name that no other host can set, and none of Flyte Admin’s', () => {
    for (const isSecure of [true, false]) {
      for (const each of Object.values(cookieNames(isSecure))) {
        expect(each.startsWith('__Host-')).toBe(isSecure)
        expect(each).not.toMatch(/^flyte_/)
      }
    }
  })

  it('comes back from a browser as it went', async () => {
    const agent = createUserAgent({
      fetch: async (_, init) => {
        const cookie = new Headers(init.headers).get('cookie')
        const set = setCookie('a', 'b~c.d', { isSecure: true, maxAge: 60 })
        return new Response(cookie, { headers: { 'set-cookie': set } })
      },
    })
    await agent.request('https://portal.example.com/')
    expect(await (await agent.request('https://portal.example.com/x/y')).text()).toBe('a=b~c.d')
  })
})
