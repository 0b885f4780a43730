import { BlockList, isIP } from 'node:net'
import { ConfigError } from '@flyte-js/core'

/** What says through which proxy requests go. */
export interface ProxySettings {
  /** `platform.http_proxy_url`: for every request, as in flytekit and flytectl. */
  httpProxyUrl?: string | undefined
  /** Where `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` are, in upper or lower case. */
  env: Readonly<Record<string, string | undefined>>
}

/**
 * Finds the proxy of a URL: the one of the configuration, else the environment's, as curl, Go and Python's requests have it.
 *
 * `NO_PROXY` is for the environment's proxies: `*`, host names with all below them, `host:port`, addresses and their ranges
 * (`10.0.0.0/8`). What is on this machine is never asked through one of those, as in Go (`net/http.ProxyFromEnvironment`).
 *
 * @returns a function that gives the proxy's URL, or `undefined` where the way is direct; nothing where there is no proxy at all
 * @throws ConfigError `FLYTE_CONFIG_INVALID` for a proxy that is no URL, or neither http nor https; its message repeats no password
 */
export function proxyFor({ httpProxyUrl, env }: ProxySettings): ((target: URL) => URL | undefined) | undefined {
  if (httpProxyUrl) {
    const proxy = parseProxy(httpProxyUrl, 'platform.http_proxy_url (FLYTE_PLATFORM_HTTP_PROXY_URL)')
    return () => proxy
  }
  // A server that runs this program as a CGI script sets HTTP_PROXY from a visitor's header `Proxy` (httpoxy).
  const isCgi = env.REQUEST_METHOD !== undefined
  const proxyOf = (...names: string[]) => {
    const name = names.find((each) => env[each])
    return name && parseProxy(env[name] as string, name)
  }
  const secure = proxyOf('https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY')
  const plain = proxyOf('http_proxy', ...(isCgi ? [] : ['HTTP_PROXY']), 'all_proxy', 'ALL_PROXY')
  if (!secure && !plain) return undefined
  const isExempt = exemptions(env.no_proxy || env.NO_PROXY || '')
  return (target) => {
    const proxy = target.protocol === 'https:' ? secure : plain
    return proxy && !isExempt(target) ? proxy : undefined
  }
}

function parseProxy(text: string, name: string): URL {
  const url = text.includes('://') ? text : `http://${text}`
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url)
  const message = `${name} is no URL of a proxy that speaks HTTP. Write it as http://host:port or https://host:port, a user and password that it wants as http://user:password@host:port, or unset it`
  throw new ConfigError('FLYTE_CONFIG_INVALID', message, { setting: name })
}

/** Reads `NO_PROXY`; what it holds that cannot be understood exempts nothing. */
function exemptions(list: string): (target: URL) => boolean {
  const ranges = new BlockList()
  const names: { name: string; port: string | undefined }[] = []
  let isEverything = false
  for (const entry of list.toLowerCase().split(/[\s,]+/)) {
    if (entry === '') continue
    if (entry === '*') isEverything = true
    const [, address = '', prefix = ''] = /^\[?([\da-f.:]+)\]?\/(\d{1,3})$/.exec(entry) ?? []
    const family = isIP(address)
    if (family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128)) {
      ranges.addSubnet(address, Number(prefix), familyName(family))
      continue
    }
    const bare = isIP(entry) === 6 ? [entry] : /^(.*?)(?::(\d+))?$/.exec(entry)?.slice(1)
    // `.example.com`, `*.example.com` and `example.com` all mean the domain and what is below it.
    const name = (bare?.[0] ?? entry).replace(/^\*?\./, '').replace(/^\[|\]$|\.$/g, '')
    names.push({ name, port: bare?.[1] })
  }
  return (target) => {
    const host = target.hostname.replace(/^\[|\]$|\.$/g, '')
    const family = isIP(host)
    const port = target.port || (target.protocol === 'https:' ? '443' : '80')
    if (isEverything || isOnThisMachine(host)) return true
    if (family !== 0 && ranges.check(host, familyName(family))) return true
    return names.some(
      (each) =>
        (each.port === undefined || each.port === port) && (host === each.name || host.endsWith(`.${each.name}`)),
    )
  }
}

const familyName = (family: number) => (family === 6 ? 'ipv6' : 'ipv4')

/** Names and addresses of the loopback interface (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3). */
const isOnThisMachine = (host: string) => /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|::1)$/.test(host)
