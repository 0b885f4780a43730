import { ConfigError } from '@flyte-js/core'
import type { FlyteConfig } from './config-view.js'

const setting = 'platform.url'

/**
 * The base URL of Flyte Admin's HTTP API: `https://host[:port][/path]`, without a slash at its end.
 *
 * An endpoint without a scheme gets `https`, or `http` with `platform.insecure`.
 *
 * @throws `ConfigError` when there is no endpoint, it is none, or its scheme contradicts `platform.insecure`
 */
export function httpBaseUrl({
  platform,
}: {
  readonly platform: Pick<FlyteConfig['platform'], 'url' | 'insecure'>
}): string {
  const text = (platform.url ?? '').replace(/^dns:\/\/\//, '')
  if (text === '') {
    throw new ConfigError(
      'FLYTE_CONFIG_MISSING',
      'platform.url is not set. Set FLYTE_PLATFORM_URL to the endpoint of Flyte Admin, e.g. flyte.example.com',
      { setting },
    )
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if ((scheme === 'http' && !platform.insecure) || (scheme === 'https' && platform.insecure)) {
    const message = `platform.url begins with ${scheme}:// but platform.insecure is ${platform.insecure}. Set FLYTE_PLATFORM_INSECURE=${scheme === 'http'}, or change the scheme`
    throw new ConfigError('FLYTE_CONFIG_INVALID', message, { setting })
  }
  const url = parse(scheme === undefined ? `${platform.insecure ? 'http' : 'https'}://${text}` : text)
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function parse(text: string): URL {
  let url: URL | undefined
  try {
    url = new URL(text)
  } catch {
    // Said below, together with the other ways to get it wrong.
  }
  // The text itself may hold a password, so it is not repeated.
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    const message =
      'platform.url is not an endpoint. Set FLYTE_PLATFORM_URL to host:port, dns:///host:port or https://host/path, without user, query or fragment'
    throw new ConfigError('FLYTE_CONFIG_INVALID', message, { setting })
  }
  return url
}
