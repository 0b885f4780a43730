import { ConfigError } from '@flyte-js/core'
import { refuseForeignCommands } from '#platform'
import { parseAuthMode } from './auth-mode.js'
import { findClientSecret } from './client-secret.js'
import type { ConfigFile, ConfigFileText, YamlReader } from './config-file.js'
import { type ConfigOverrides, createConfigView, type FlyteConfig, type Get } from './config-view.js'
import { type ExplainRow, explainRow } from './explain.js'
import { invalid } from './invalid.js'
import { readOverrides } from './overrides.js'
import { readConfigFile } from './read-config-file.js'
import { settingRows } from './setting-rows.js'
import { type Setting, type SettingName, type SettingValue, settings } from './settings.js'
import { type Environment, type Found, resolveSetting, type Sources } from './waterfall.js'

/** What {@link resolveConfig} works from. */
export interface ResolveConfigOptions {
  /** The environment. */
  env: Environment
  /** Reads a file that a setting names: its text, or `undefined` where there is none. Default: there are no files. */
  readFile?: (path: string) => string | undefined
  /** The configuration file: `*.yaml` and `*.yml` in any case are YAML, anything else is INI. Default: there is none. */
  file?: ConfigFileText
  /** Reads YAML: `readYaml` of `@flyte-js/config/yaml`. Default: a YAML file is an error, because its reader is large. */
  yaml?: YamlReader
  /** Values that win over every source. */
  overrides?: ConfigOverrides
  /**
   * The directory that the process works in. A configuration file in it, or below it, may not set a command: whoever wrote
   * the repository would run programs here. Default: unknown, so no file is in it.
   */
  workingDirectory?: string
  /** The home directory, whose `.flyte` is trusted wherever the process works. Default: the variable `HOME`, or `USERPROFILE`. */
  homeDirectory?: string
  /** Lets a configuration file in the working directory set a command. Default false. */
  trustWorkingDirectory?: boolean
  /** Makes a redirect that leads nowhere an error at once. Default false: it falls through, as in flytekit, and is reported. */
  strict?: boolean
}

/** The settings, each with its history. */
export interface ConfigResolution {
  /** The raw value of a setting. */
  get: Get
  /** The same, or a `ConfigError` that lists every place that was looked at when it is missing or an empty text. */
  require<Name extends SettingName>(name: Name): NonNullable<SettingValue<Name>>
  /** The settings as programs read them. */
  readonly config: FlyteConfig
  /** One row a setting: where its value came from, what it shadows, and what is odd about it. Secrets are masked. */
  explain(): ExplainRow[]
}

/** What a linter wants to know of a resolution besides. */
export interface Origins {
  readonly sources: Sources
  readonly found: readonly Found[]
}

/** It holds secrets, so it is kept where nobody prints it. */
const origins = new WeakMap<ConfigResolution, Origins>()

/** @internal Where a resolution came from. */
export const originsOf = (resolution: ConfigResolution) => origins.get(resolution)

/**
 * Resolves flytekit's settings from an environment, its redirects, a configuration file and their defaults. It is pure:
 * nothing is read but what it is given.
 *
 * @throws `ConfigError` when a value or the file is malformed, a file with the secret is missing, a file in the working
 * directory sets a command, or, with `strict`, when a redirect leads nowhere
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
  // Programs without types hand over whatever they have.
  const env: Environment = Object(options.env)
  const { file, readFile = () => undefined, yaml, overrides, strict } = options
  const override = readOverrides(overrides)
  const sources: Sources = { env, readFile, file: file && readConfigFile(file, yaml), override, strict }
  const found = new Map(settingRows.map((row) => [row.name, resolveSetting(row, sources)]))
  const find = (name: SettingName) => {
    const each = found.get(name)
    if (each) return each
    throw invalid('get', 'no such setting')
  }
  const get: Get = (name) => find(name).value as SettingValue<typeof name>
  const note = (name: SettingName, problem: string) => {
    find(name).problems.push(problem)
    // Whoever misses the secret wants to know why its other places had none.
    literal.tried.push(`${name}: ${problem}`)
  }

  const origin: Origins = { sources, found: [...found.values()] }
  refuseForeignCommands(origin, options)
  const literal = find('credentials.client_secret')
  const isFinal = literal.source === 'override'
  const { clientSecret, from } = findClientSecret(get, sources, isFinal, note)
  if (from && clientSecret !== literal.value) literal.source = from
  const { isSet, source } = find('credentials.auth_mode')
  const isDecided = from && source !== 'override'
  if (isDecided && isSet) note('credentials.auth_mode', `${from} makes it basic`)

  const setOr = (name: SettingName, other: unknown) => (find(name).isSet ? get(name) : other)
  const config = createConfigView(get, {
    'platform.insecure': setOr('platform.insecure', /^http:\/\//i.test(get('platform.url') ?? '')),
    'credentials.client_secret': clientSecret,
    'credentials.auth_mode': isDecided
      ? 'client_credentials'
      : parseAuthMode(get('credentials.auth_mode'), `${source}: `),
    'credentials.scopes': setOr('credentials.scopes', get('credentials.scope')?.match(/[^ ]+/g) ?? []),
    'credentials.authorization_metadata_key': get('credentials.authorization_metadata_key')?.toLowerCase(),
  })
  const resolution: ConfigResolution = {
    get,
    require(name) {
      const value = get(name)
      if (value === undefined || value === '') throw missing(find(name), sources.file)
      return value as NonNullable<typeof value>
    },
    config,
    explain: () => origin.found.map(explainRow),
  }
  origins.set(resolution, origin)
  return resolution
}

function missing({ setting, env, tried }: Found, file: ConfigFile | undefined): ConfigError {
  const key = file?.kind === 'INI' ? setting : (settings[setting] as Setting).yaml
  const inFile = key ? `, or ${key} in ${file?.path ?? '~/.flyte/config.yaml'}` : ''
  const otherwise = setting.endsWith('secret') ? `, or ${env}_ENV_VAR or ${env}_LOCATION` : ''
  const message = `${setting} is not set. Set ${env}, or ${env}_FROM_ENV_VAR to the name of a variable or ${env}_FROM_FILE to the path of a file that holds it${otherwise}${inFile}.\nLooked at: ${tried.join('; ')}`
  return new ConfigError('FLYTE_CONFIG_MISSING', message, { setting, tried })
}
