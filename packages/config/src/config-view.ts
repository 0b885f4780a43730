import type { AuthMode } from './auth-mode.js'
import { parseGoDuration } from './go-duration.js'
import { settingRows } from './setting-rows.js'
import type { SettingName, SettingValue } from './settings.js'

/** The settings as programs read them: secrets and modes resolved, durations in milliseconds. */
export interface FlyteConfig {
  /** Where Flyte Admin is. */
  readonly platform: {
    /** The endpoint as it was written, less a leading `dns:///`: `host:port`, or a URL. See `httpBaseUrl`. */
    readonly url: string | undefined
    /** The endpoint of the HTTP API, where that is another: `//host`, or a URL. */
    readonly httpUrl: string | undefined
    /** Plain HTTP. An `http://` URL means it too. Default false. */
    readonly insecure: boolean
    /** Do not verify the server's certificate. Default false. */
    readonly insecureSkipVerify: boolean
    /** The path of a PEM file with certificate authorities to trust beside the platform's own. */
    readonly caCertFilePath: string | undefined
    /** The URL of Flyte's console, where it is not the endpoint's. */
    readonly consoleEndpoint: string | undefined
    /** The proxy for every request. It is not enumerable, because it may hold a password. */
    readonly httpProxyUrl: string | undefined
    /** Log in before the first call instead of after the first 401. Default false, as flytekit. */
    readonly auth: boolean
    /** Who runs the cluster. Default `aws`, as flytekit 0.16. */
    readonly cloudProvider: string
  }
  /** Who logs in, and how. */
  readonly credentials: {
    /** The client id. */
    readonly clientId: string | undefined
    /** Where the browser comes back to after a login. */
    readonly redirectUri: string | undefined
    /** The header that carries the token, in lower case. */
    readonly authorizationMetadataKey: string | undefined
    /**
     * The client secret: that of the variable that `client_secret_env_var` names, else of the file of
     * `client_secret_location`, else of `client_secret` itself. It is not enumerable, so that no logger prints it.
     */
    readonly clientSecret: string | undefined
    /** The path of a file with the client secret. It is not enumerable: the secret itself is found there now and then. */
    readonly clientSecretLocation: string | undefined
    /** The name of a variable with the client secret. It is not enumerable either. */
    readonly clientSecretEnvVar: string | undefined
    /**
     * How to log in. Default `pkce`, which flytekit calls "standard"; a client secret from a file or a variable makes it
     * `client_credentials`.
     */
    readonly authMode: AuthMode
    /** Scopes in one text, separated by spaces. */
    readonly scope: string | undefined
    /** Scopes: `credentials.scopes`, else the words of `credentials.scope`, else none (then the server's are used). */
    readonly scopes: readonly string[]
    /** The audience to ask for. */
    readonly audience: string | undefined
    /** A program that prints a token, with its arguments. */
    readonly command: readonly string[] | undefined
    /** A program that prints a token for a proxy before Flyte, with its arguments. */
    readonly proxyCommand: readonly string[] | undefined
  }
  /** What calls are about where they do not say. */
  readonly local: {
    /** The project. */
    readonly project: string | undefined
    /** The domain. */
    readonly domain: string | undefined
    /** The organization. */
    readonly org: string | undefined
  }
  /** How patient the client is; flytectl's settings. All times are milliseconds. */
  readonly admin: {
    /** The token endpoint, instead of the one that Flyte Admin advertises. */
    readonly tokenUrl: string | undefined
    /** How often a call is tried again. Default 4. */
    readonly maxRetries: number
    /** How long one try may take. Default 15 s. */
    readonly perRetryTimeout: number
    /** The longest pause between two tries. Default 8 s. */
    readonly maxBackoffDelay: number
    /** How long before its end a token is renewed. Default 0: the token manager decides. */
    readonly tokenRefreshWindow: number
    /** Ask for the audience that Flyte Admin advertises. Default false. */
    readonly useAudienceFromAdmin: boolean
    /** How long a login in the browser may take. Default 2 min. */
    readonly pkceTimeout: number
    /** How long before its end a token of that login is renewed. Default 5 min. */
    readonly pkceRefreshTime: number
    /** How long a login on another device may take. Default 10 min. */
    readonly deviceFlowTimeout: number
    /** How long before its end a token of that login is renewed. Default 5 min. */
    readonly deviceFlowRefreshTime: number
    /** How often to ask whether that login is done. Default 5 s. */
    readonly deviceFlowPollInterval: number
  }
}

/** Values that win over every source, in the shape of {@link FlyteConfig}. Modes may be any of their words. */
export type ConfigOverrides = {
  readonly [Section in keyof FlyteConfig]?: {
    readonly [Key in keyof FlyteConfig[Section]]?: Key extends 'authMode' ? string : FlyteConfig[Section][Key]
  }
}

/**
 * The raw value of a setting, typed by the table.
 *
 * @throws ConfigError for a name that is not in the table
 */
export type Get = <Name extends SettingName>(name: Name) => SettingValue<Name>

/** May hold a secret or a password, rightly or by mistake, so no logger should come upon it. */
const hidden = /^clientS|Proxy/

/**
 * Builds the view over the raw values.
 *
 * @param derived - what the view has otherwise than `get`
 */
export function createConfigView(get: Get, derived: Partial<Record<SettingName, unknown>>): FlyteConfig {
  const view: Record<string, Record<string, unknown>> = {}
  for (const { name, section, key, type } of settingRows) {
    const raw = get(name)
    const value = name in derived ? derived[name] : type === 'duration' ? parseGoDuration(raw as string) : raw
    view[section] ??= {}
    // A getter, because `util.inspect` with `showHidden` prints the values of what is not enumerable.
    if (hidden.test(key)) Object.defineProperty(view[section], key, { get: () => value })
    else view[section][key] = value
  }
  return view as unknown as FlyteConfig
}
