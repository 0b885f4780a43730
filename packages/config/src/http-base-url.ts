import { ConfigError } from '@flyte-js/core'
import type { FlyteConfig } from './config-view.js'
import { invalid } from './invalid.js'

/** What the base URL is made of. */
type Platform = Pick<FlyteConfig['platform'], 'url' | 'insecure'> & { readonly httpUrl?: string | undefined }

/**
 * The base URL of Flyte Admin's HTTP API: `https://host[:port][/path]`, without a slash at its end.
 *
 * `platform.http_url` wins, for servers whose HTTP is elsewhere than their gRPC: a URL, or `//host` as in flytekit 0.16's
 * `platform.py`. What has no scheme gets `https`, or `http` with `platform.insecure`.
 *
 * @param config - a `FlyteConfig`, or just its section `platform`
 * @throws `ConfigError` when there is no endpoint, it is none, or its scheme contradicts `platform.insecure`
 *
 * @example
 * ```ts
 * import { httpBaseUrl } from '@flyte-js/config'
 * import { loadConfig } from '@flyte-js/config/node'
 *
 * const { config } = await loadConfig()
 * console.log(httpBaseUrl(config))
 * ```
 */
export function httpBaseUrl(config: { readonly platform: Platform }): string {
  const { url, httpUrl, insecure } = config.platform
  const setting = httpUrl ? 'platform.http_url' : 'platform.url'
  const text = httpUrl || url?.replace(/^dns:\/\/\//, '')
  if (!text) {
    const message = 'platform.url is not set. Set FLYTE_PLATFORM_URL, e.g. to flyte.example.com'
    throw new ConfigError('FLYTE_CONFIG_MISSING', message, { setting })
  }
  const authority = httpUrl || /^[a-z][a-z\d+.-]*:\//i.test(text) ? text : `//${text}`
  const whole = authority.startsWith('//') ? `${insecure ? 'http' : 'https'}:${authority}` : authority
  const { protocol, origin, pathname, href } = URL.canParse(whole) ? new URL(whole) : new URL('none:')
  if (!httpUrl && protocol === (insecure ? 'https:' : 'http:')) {
    throw invalid(setting, `${protocol}// contradicts platform.insecure. Set FLYTE_PLATFORM_INSECURE=${!insecure}`)
  }
  // The text itself may hold a password, so it is not repeated.
  if (!/^https?:$/.test(protocol) || href !== origin + pathname) {
    throw invalid(setting, 'expected https://host:port/path, without user, query or fragment')
  }
  return href.replace(/(?<!\/)\/+$/, '')
}
