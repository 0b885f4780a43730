import { type AuthMode, parseAuthMode } from './auth-mode.js'
import type { SettingName, SettingValue } from './settings.js'

/** The settings as programs read them: secrets and modes resolved. */
export interface FlyteConfig {
  /** Where Flyte Admin is. */
  readonly platform: {
    /** The endpoint as it was written, less a leading `dns:///`: `host:port`, or a URL. See `httpBaseUrl`. */
    readonly url: string | undefined
    /** Plain HTTP. An `http://` URL means it too. Default false. */
    readonly insecure: boolean
    /** Log in before the first call instead of after the first 401. Default false, as flytekit. */
    readonly auth: boolean
  }
  /** Who logs in, and how. */
  readonly credentials: {
    /** The client id. */
    readonly clientId: string | undefined
    /** The client secret. It is not enumerable, so that no logger prints it. */
    readonly clientSecret: string | undefined
    /** How to log in. Default `pkce`, which flytekit calls "standard". */
    readonly authMode: AuthMode
    /** Scopes: `credentials.scopes`, else the words of `credentials.scope`, else none (then the server's are used). */
    readonly scopes: readonly string[]
    /** The audience to ask for. */
    readonly audience: string | undefined
    /** The header that carries the token, in lower case. */
    readonly authorizationMetadataKey: string | undefined
  }
}

/** Values that win over every source, in the shape of {@link FlyteConfig}. */
export type ConfigOverrides = { readonly [Section in keyof FlyteConfig]?: Partial<FlyteConfig[Section]> }

/** A setting by its name. */
export type Get = <Name extends SettingName>(name: Name) => SettingValue<Name>

/**
 * Builds the view over the raw values.
 *
 * @throws ConfigError when the mode is unknown
 */
export function createConfigView(get: Get, isSet: (name: SettingName) => boolean): FlyteConfig {
  const url = get('platform.url')
  const scope = get('credentials.scope')
  const scopes = get('credentials.scopes')
  const secret = get('credentials.client_secret')
  const credentials = {
    clientId: get('credentials.client_id'),
    authMode: parseAuthMode(get('credentials.auth_mode')),
    scopes: isSet('credentials.scopes') ? scopes : (scope ?? '').split(' ').filter((word) => word !== ''),
    audience: get('credentials.audience'),
    authorizationMetadataKey: get('credentials.authorization_metadata_key')?.toLowerCase(),
  }
  // A getter, because `util.inspect` with `showHidden` prints the values of what is not enumerable.
  Object.defineProperty(credentials, 'clientSecret', { get: () => secret || undefined })
  return {
    platform: {
      url,
      insecure: isSet('platform.insecure') ? get('platform.insecure') : /^http:\/\//i.test(url ?? ''),
      auth: get('platform.auth'),
    },
    credentials: credentials as typeof credentials & Pick<FlyteConfig['credentials'], 'clientSecret'>,
  }
}
