import { describe, expect, test } from 'vitest'
import { isOwnRequest } from './request-origin.js'

const origin = 'https://portal.example.com'
const ask = (method: string, headers: Record<string, string>) =>
  isOwnRequest(new Request(`${origin}/logout`, { method, headers }), origin)

describe('a request that changes something', () => {
  test.each<[string, Record<string, string>, boolean]>([
    ['of our origin', { origin }, true],
    ['of another host', { origin: 'https://evil.example.com' }, false],
    ['of a host below ours', { origin: 'https://a.portal.example.com' }, false],
    ['of a host that begins like ours', { origin: 'https://portal.example.com.evil.com' }, false],
    ['of our host over http', { origin: 'http://portal.example.com' }, false],
    ['of another port of ours', { origin: 'https://portal.example.com:8443' }, false],
    ['of our origin with the port spelled out', { origin: 'https://portal.example.com:443' }, false],
    ['of our origin with a slash', { origin: `${origin}/` }, false],
    ['of two origins, one of them ours', { origin: `${origin}, https://evil.example.com` }, false],
    ['of an empty origin', { origin: '' }, false],
    ['of a sandboxed page', { origin: 'null' }, false],
    [
      'of a sandboxed page, to whose browser it is cross-site',
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      false,
    ],
    ['of a page of ours that hides where it is', { origin: 'null', 'sec-fetch-site': 'same-origin' }, true],
    ['of a page that hides where it is, with our referer', { origin: 'null', referer: `${origin}/` }, false],
    [
      'of another origin, whatever else is said',
      { origin: 'https://evil.example.com', 'sec-fetch-site': 'same-origin' },
      false,
    ],
    ['without an origin, from the same one', { 'sec-fetch-site': 'same-origin' }, true],
    ['without an origin, from the same site', { 'sec-fetch-site': 'same-site' }, false],
    ['without an origin, from elsewhere', { 'sec-fetch-site': 'cross-site' }, false],
    ['without an origin, from elsewhere with our referer', { 'sec-fetch-site': 'cross-site', referer: origin }, false],
    ['without an origin, from the address bar', { 'sec-fetch-site': 'none' }, false],
    ['with our referer alone', { referer: `${origin}/page?x=1` }, true],
    ['with a referer that begins like ours', { referer: `${origin}.evil.com/` }, false],
    ['with a referer that holds ours', { referer: `https://evil.example.com/?${origin}` }, false],
    ['with a referer whose user is ours', { referer: 'https://portal.example.com@evil.example.com/' }, false],
    ['with a referer that is no URL', { referer: 'portal.example.com' }, false],
    ['that says nothing', {}, false],
  ])('%s', (_, headers, isOwn) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) expect(ask(method, headers)).toBe(isOwn)
  })
})

test.each(['GET', 'HEAD', 'OPTIONS'])('%s changes nothing, and may come from anywhere', (method) => {
  expect(ask(method, { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' })).toBe(true)
})

test('a page without an origin, such as a file, is not the origin of a file', () => {
  const request = new Request('https://h/', { method: 'POST', headers: { origin: 'null' } })
  expect(isOwnRequest(request, 'null')).toBe(false)
})
