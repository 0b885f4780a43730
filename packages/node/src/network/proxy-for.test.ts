import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proxyFor } from './proxy-for.js'

const through = (env: Record<string, string>, target: string, httpProxyUrl?: string) =>
  proxyFor({ env, httpProxyUrl })?.(new URL(target))?.href

const proxy = 'http://proxy:3128/'

describe('the proxy of a URL', () => {
  it.each<[Record<string, string>, string, string | undefined]>([
    [{}, 'https://flyte.example', undefined],
    [{ HTTPS_PROXY: '' }, 'https://flyte.example', undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'https://flyte.example', proxy],
    [{ https_proxy: 'proxy:3128' }, 'https://flyte.example', proxy],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://flyte.example', undefined],
    [{ HTTP_PROXY: 'http://proxy:3128' }, 'http://flyte.example', proxy],
    [{ HTTP_PROXY: 'http://proxy:3128', REQUEST_METHOD: 'GET' }, 'http://flyte.example', undefined],
    [{ http_proxy: 'http://proxy:3128', REQUEST_METHOD: 'GET' }, 'http://flyte.example', proxy],
    [{ ALL_PROXY: 'http://proxy:3128' }, 'http://flyte.example', proxy],
    [{ ALL_PROXY: 'http://other:1', HTTPS_PROXY: 'http://proxy:3128' }, 'https://flyte.example', proxy],
    [{ HTTPS_PROXY: 'http://other:1', https_proxy: 'http://proxy:3128' }, 'https://flyte.example', proxy],
    // What is on this machine.
    [{ ALL_PROXY: proxy }, 'http://localhost:8088', undefined],
    [{ ALL_PROXY: proxy }, 'http://flyte.localhost', undefined],
    [{ ALL_PROXY: proxy }, 'http://127.0.0.9', undefined],
    [{ ALL_PROXY: proxy }, 'http://[::1]:80', undefined],
    [{ ALL_PROXY: proxy }, 'http://127.example.com', proxy],
  ])('%j: %s', (env, target, expected) => {
    expect(through(env, target)).toBe(expected)
  })

  it('of the configuration is for everything', () => {
    const env = { HTTPS_PROXY: 'http://other:1', NO_PROXY: '*' }
    for (const target of ['https://flyte.example', 'http://localhost:1'])
      expect(through(env, target, proxy)).toBe(proxy)
  })

  it.each([
    ['example.com', 'https://flyte.example.com', false],
    ['example.com', 'https://example.com', false],
    ['example.com', 'https://notexample.com', true],
    ['.example.com', 'https://flyte.example.com', false],
    ['*.example.com', 'https://flyte.example.com', false],
    ['FLYTE.example.com', 'https://flyte.EXAMPLE.com.', false],
    ['other, flyte.example.com', 'https://flyte.example.com', false],
    ['other flyte.example.com', 'https://flyte.example.com', false],
    ['flyte.example.com:443', 'https://flyte.example.com', false],
    ['flyte.example.com:8443', 'https://flyte.example.com', true],
    ['flyte.example.com:8443', 'https://flyte.example.com:8443', false],
    ['10.0.0.0/8', 'https://10.1.2.3', false],
    ['10.0.0.0/8', 'https://11.1.2.3', true],
    ['10.1.2.3', 'https://10.1.2.3', false],
    ['fd00::/8', 'https://[fd12::1]', false],
    ['fd12::1', 'https://[fd12::1]', false],
    ['[fd12::1]:443', 'https://[fd12::1]', false],
    ['fd00::/8', 'https://[fe12::1]', true],
    ['10.0.0.0/99', 'https://10.1.2.3', true],
    ['*', 'https://flyte.example.com', false],
  ])('NO_PROXY=%s: %s goes through it: %s', (list, target, isProxied) => {
    expect(through({ HTTPS_PROXY: proxy, NO_PROXY: list }, target)).toBe(isProxied ? proxy : undefined)
    expect(through({ HTTPS_PROXY: proxy, no_proxy: list }, target)).toBe(isProxied ? proxy : undefined)
  })

  it.each(['socks5://p:1', 'ftp://p', 'http://', 'http://a b'])('%s is refused by name', (text) => {
    expect(() => proxyFor({ env: { ALL_PROXY: text } })).toThrow(/^ALL_PROXY is no URL/)
    expect(() => proxyFor({ env: {}, httpProxyUrl: text })).toThrow(/^platform.http_proxy_url/)
  })

  it('a list that nobody can read exempts nobody, and breaks nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (list) => {
        const found = through(
          { HTTPS_PROXY: proxy, NO_PROXY: `${list.replaceAll('*', '')},ok.example` },
          'https://x.y.z.example',
        )
        const isExempt = list
          .toLowerCase()
          .split(/[\s,]+/)
          .some((each) => 'x.y.z.example'.endsWith(each.replace(/^[*.]+|[.:].*$/g, '')) && each !== '')
        if (!isExempt) expect(found).toBe(proxy)
        expect(through({ HTTPS_PROXY: proxy, NO_PROXY: `${list},ok.example` }, 'https://ok.example')).toBeUndefined()
      }),
    )
  })
})
