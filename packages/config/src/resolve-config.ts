import { ConfigError } from '@flyte-js/core'
import { type ConfigOverrides, createConfigView, type FlyteConfig, type Get } from './config-view.js'
import { type ExplainRow, explainRow } from './explain.js'
import { environmentName, type SettingName, type SettingValue, settings } from './settings.js'
import { type Environment, type Found, resolveSetting } from './waterfall.js'

/** What {@link resolveConfig} works from. */
export interface ResolveConfigOptions {
  /** The environment. */
  env: Environment
  /** Reads a file that a `_FROM_FILE` names: its text, or `undefined` where there is none. Default: there are no files. */
  readFile?: (path: string) => string | undefined
  /** Values that win over every source. */
  overrides?: ConfigOverrides
  /** Makes a redirect that leads nowhere an error at once. Default false: it falls through, as in flytekit, and is reported. */
  strict?: boolean
}

/** The settings, each with its history. */
export interface ConfigResolution {
  /** The raw value of a setting. */
  get: Get
  /** The same, or a `ConfigError` that lists every place that was looked at when it is missing or empty. */
  require<Name extends SettingName>(name: Name): NonNullable<SettingValue<Name>>
  /** The settings as programs read them. */
  readonly config: FlyteConfig
  /** One row a setting: where its value came from, what it shadows, and what is odd about it. Secrets are masked. */
  explain(): ExplainRow[]
}

/**
 * Resolves flytekit's settings from an environment, its redirects and their defaults. It is pure: nothing is read but what
 * it is given.
 *
 * @throws `ConfigError` when a value is malformed, or, with `strict`, when a redirect leads nowhere
 *
 * @example
 * ```ts
 * import { httpBaseUrl, resolveConfig } from '@flyte-js/config'
 *
 * const { config } = resolveConfig({ env: { FLYTE_PLATFORM_URL: 'flyte.example.com' } })
 * httpBaseUrl(config) // 'https://flyte.example.com'
 * ```
 */
export function resolveConfig(options: ResolveConfigOptions): ConfigResolution {
  const { env, readFile = () => undefined, overrides = {}, strict = false } = options
  const names = Object.keys(settings) as SettingName[]
  const found = new Map(names.map((name) => [name, find(name)]))

  function find(name: SettingName): Found {
    const result = resolveSetting(name, { env, readFile })
    if (strict && result.broken.length > 0) {
      const message = `${name}: a redirect leads nowhere: ${result.broken.join('; ')}`
      throw new ConfigError('FLYTE_CONFIG_REDIRECT_BROKEN', message, { setting: name, tried: result.tried })
    }
    const override = overrideOf(name, overrides)
    if (override !== undefined) {
      checkType(name, override)
      if (isSource(result.source)) result.shadowed.unshift(result.source)
      Object.assign(result, { value: override, source: 'override', tried: ['override'] })
    }
    if (name === 'platform.url' && typeof result.value === 'string')
      result.value = result.value.replace(/^dns:\/\/\//, '')
    return result
  }

  const get: Get = (name) => (found.get(name) as Found).value as SettingValue<typeof name>
  const config = createConfigView(get, (name) => isSource((found.get(name) as Found).source))

  return {
    get,
    require(name) {
      const value = get(name)
      if (value === undefined || value === '') throw missing(name, found.get(name) as Found)
      return value as NonNullable<typeof value>
    },
    config,
    explain: () => names.map((name) => explainRow(name, found.get(name) as Found)),
  }
}

function isSource(source: string): boolean {
  return source !== 'default' && source !== 'not set'
}

/** `credentials.client_id` is `credentials.clientId` in the overrides. */
function overrideOf(name: SettingName, overrides: ConfigOverrides): Found['value'] {
  const [section = '', option = ''] = name.split('.')
  const key = option.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return (overrides as Record<string, Record<string, Found['value']> | undefined>)[section]?.[key] ?? undefined
}

/** Programs without types hand over whatever they have. */
function checkType(name: SettingName, value: unknown): void {
  const { type } = settings[name]
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string')
  if (type === 'list' ? isList : typeof value === type) return
  const message = `${name} is overridden with a value of the wrong type. Give ${type === 'list' ? 'a list of strings' : `a ${type}`}`
  throw new ConfigError('FLYTE_CONFIG_INVALID', message, { setting: name, tried: ['override'] })
}

function missing(name: SettingName, { tried }: Found): ConfigError {
  const variable = environmentName(name)
  const message = [
    `${name} is not set. Set ${variable}, or ${variable}_FROM_ENV_VAR to the name of a variable that holds it, or ${variable}_FROM_FILE to the path of a file that does.`,
    `Looked at: ${tried.join('; ')}`,
  ].join('\n')
  return new ConfigError('FLYTE_CONFIG_MISSING', message, { setting: name, tried })
}
