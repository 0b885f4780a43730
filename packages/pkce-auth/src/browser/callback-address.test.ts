import { responseParameters } from '@flyte-js/auth'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCallback, pathWithin, withoutResponse } from './callback-address.js'

const redirectUri = 'https://app.example.com/callback'

describe('isCallback', () => {
  it.each([
    ['?code=c&state=s', true],
    ['?error=access_denied&state=s', true],
    ['?kept=1&code=&state=#fragment', true],
    ['?state=s', false],
    ['?code=c', false],
    ['?error=e', false],
    ['', false],
    ['#code=c&state=s', false],
    ['/?code=c&state=s', false],
  ])('%s: %s', (rest, expected) => {
    expect(isCallback(redirectUri + rest, redirectUri)).toBe(expected)
  })

  it.each(['https://app.example.com/', 'https://app.example.com:8443/callback', 'http://app.example.com/callback'])(
    'not at %s',
    (place) => expect(isCallback(`${place}?code=c&state=s`, redirectUri)).toBe(false),
  )

  it('goes by the path of the redirect URI, whose own query is none of it', () => {
    expect(isCallback(`${redirectUri}?tenant=a&code=c&state=s`, `${redirectUri}?tenant=a`)).toBe(true)
  })
})

describe('withoutResponse', () => {
  it.each([
    ['?code=c&state=s', ''],
    ['?code=c&state=s#', '#'],
    ['?a=%20+b&code=c&&flag&state=s&a=2#?code=c', '?a=%20+b&&flag&a=2#?code=c'],
    ['?%63ode=c&state=s&Code=C', '?Code=C'],
    ['?code=c&code=d&codes=e', '?codes=e'],
    ['', ''],
  ])('%s becomes %s', (before, after) => {
    expect(withoutResponse(redirectUri + before)).toBe(redirectUri + after)
  })

  const name = fc.oneof(fc.constantFrom(...responseParameters), fc.string({ minLength: 1, maxLength: 8 }))
  const pair = fc.tuple(name, fc.string({ maxLength: 8 }))
  const fragment = fc.oneof(
    fc.constant(''),
    fc.webFragments().map((text) => `#${text}`),
  )

  it('leaves none of the answer, and all else as it was', () => {
    fc.assert(
      fc.property(fc.array(pair), fragment, (pairs, fragment) => {
        const encode = (each: [string, string]) => each.map(encodeURIComponent).join('=')
        const kept = pairs.filter(([name]) => !responseParameters.includes(name)).map(encode)
        const before = `${redirectUri}?${pairs.map(encode).join('&')}${fragment}`
        const after = withoutResponse(before)
        expect(after).toBe(`${redirectUri}${kept.length > 0 ? `?${kept.join('&')}` : ''}${fragment}`)
        expect(isCallback(after, redirectUri)).toBe(false)
        expect(withoutResponse(after)).toBe(after)
      }),
    )
  })

  it('of any address whatever, leaves nothing by the name of an answer', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string(), (url, text) => {
        const { href } = new URL(`?${text}&code=canary&state=canary`, url)
        const { searchParams } = new URL(withoutResponse(href))
        for (const each of responseParameters) expect(searchParams.has(each)).toBe(false)
      }),
    )
  })
})

describe('pathWithin', () => {
  const origin = 'https://app.example.com'

  it.each([
    ['/', '/'],
    ['/a/b?c=d#e', '/a/b?c=d#e'],
    ['//evil.example/a', '/evil.example/a'],
    ['////evil.example/a', '/evil.example/a'],
    ['/\\evil.example', '/evil.example'],
  ])('%s is %s', (path, expected) => {
    expect(pathWithin(origin, new URL(origin + path).href)).toBe(expected)
  })

  it('is the root for what is elsewhere', () => {
    expect(pathWithin(origin, 'https://evil.example/a')).toBe('/')
    expect(pathWithin(origin, 'javascript:alert(1)')).toBe('/')
  })

  it('never leads to another origin', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        const address = URL.canParse(`${origin}/${path}`) ? new URL(`${origin}/${path}`).href : origin
        expect(new URL(pathWithin(origin, address), origin).origin).toBe(origin)
      }),
    )
  })
})
