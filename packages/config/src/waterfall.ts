import { ConfigError } from '@flyte-js/core'
import type { ConfigFile } from './config-file.js'
import { invalid } from './invalid.js'
import { parseValue, type Reading, type Value } from './parse-value.js'
import type { SettingRow } from './setting-rows.js'
import type { SettingName } from './settings.js'
import { showPath, showVariable } from './show-target.js'

/** The environment: variable names and their texts. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where values are looked for. */
export interface Sources {
  /** The environment. */
  readonly env: Environment
  /** Reads a file that a setting names: its text, or `undefined` where there is none that can be read. */
  readonly readFile: (path: string) => string | undefined
  /** The configuration file. */
  readonly file: ConfigFile | undefined
  /** What the program says itself: a value of the setting's own type. */
  readonly override: (row: SettingRow) => Value | undefined
  /** Makes a redirect that leads nowhere an error. */
  readonly strict: boolean | undefined
}

/** A value with its history. */
export interface Found {
  /** The setting, as `section.option`. */
  readonly setting: SettingName
  /** Its environment variable. */
  readonly env: string
  /** The value, of the setting's type; `undefined` where there is none. */
  value: Value | undefined
  /**
   * Where it came from: `environment FLYTE_PLATFORM_URL`, `FLYTE_PLATFORM_URL_FROM_FILE -> path`,
   * `config.yaml admin.endpoint line 3`, `override`, `default` or `not set`; for the client secret also the setting that led
   * to it.
   */
  source: string
  /** Places further down that are set as well and lost. */
  readonly shadowed: string[]
  /** What is odd: redirects that lead nowhere, unusual words, byte order marks. */
  readonly problems: string[]
  /** Every place that was looked at until the value was found, in order, with what was there. */
  readonly tried: string[]
  /** Some place has it, so that it is neither the default nor missing. */
  isSet: boolean
}

/**
 * What one place has. With `read`, a value, and `source` names the place as `explain()` does; without, `source` says why a
 * redirect leads nowhere; without both, nobody set it.
 */
type Look = readonly [place: string, source?: string | undefined, read?: () => Reading, oddity?: string | undefined]

/**
 * Resolves one setting: override, direct variable, `<NAME>_FROM_ENV_VAR`, `<NAME>_FROM_FILE`, configuration file, default; as
 * flytekit 0.16's `configuration/common.py` does it.
 *
 * Set but empty counts as set. A redirect goes one level deep. One that leads nowhere falls through and is reported.
 *
 * @throws ConfigError when what is written at the place that wins is no value, or, with `strict`, when a redirect leads nowhere
 */
export function resolveSetting(row: SettingRow, sources: Sources): Found {
  const { name: setting, variable: env, default: value } = row
  const source = value === undefined ? 'not set' : 'default'
  const found: Found = { setting, env, value, source, shadowed: [], problems: [], tried: [], isSet: false }
  const { tried, problems } = found
  for (const [place, source, read, oddity] of lookAround(row, sources)) {
    if (!source || !read) {
      if (!found.isSet) tried.push(source ?? `${place} (not set)`)
      if (source) problems.push(source)
      if (source && sources.strict) throw brokenRedirect(setting, source, tried)
    } else if (found.isSet) {
      found.shadowed.push(source)
    } else {
      const reading = read()
      if ('fault' in reading) throw invalid(setting, `${source}: ${reading.fault}`)
      const { problem } = reading
      // The scheme of gRPC's own resolver says nothing to HTTP; flytekit drops it as well.
      const value = setting === 'platform.url' ? `${reading.value}`.replace(/^dns:\/\/\//, '') : reading.value
      // flytekit takes an empty mode for none at all, unlike every other string.
      const isSet = value !== '' || setting !== 'credentials.auth_mode'
      tried.push(value === '' ? `${place} (empty)` : place)
      if (isSet) Object.assign(found, { value, source, isSet })
      for (const each of [oddity, problem]) if (each) problems.push(`${source}: ${each}`)
    }
  }
  return found
}

function brokenRedirect(setting: string, redirect: string, tried: readonly string[]): ConfigError {
  return new ConfigError('FLYTE_CONFIG_REDIRECT_BROKEN', `${setting}: ${redirect}`, { setting, tried })
}

/** What each place has, in the order in which they win. */
function lookAround(row: SettingRow, { env, readFile, file, override }: Sources): Look[] {
  const { name, variable, fromVariable, fromFile, type, yaml } = row
  // Its neighbours have the place of a secret, where the secret itself is found now and then.
  const isSecret = /secret/.test(name)
  const look = (place: string, source: string, text: string | undefined, missing?: string, oddity?: string): Look =>
    text === undefined ? [place, missing] : [place, source, () => parseValue(type, text), oddity]

  const value = override(row)
  const target = readVariable(env, fromVariable)
  const path = readVariable(env, fromFile)
  const text = path === undefined ? path : readText(path, readFile)
  const entry = file?.find(name)
  const key = `${file?.path ?? 'configuration file'} ${file?.kind === 'INI' ? name : (yaml ?? name)}`
  return [
    ...(value === undefined ? [] : [['override', 'override', () => ({ value })] as const]),
    look(variable, `environment ${variable}`, readVariable(env, variable)),
    target === undefined
      ? [fromVariable]
      : look(
          fromVariable,
          `${fromVariable} -> ${target}`,
          readVariable(env, target),
          `${fromVariable} -> ${showVariable(target, isSecret)} (not set)`,
        ),
    path === undefined
      ? [fromFile]
      : look(
          fromFile,
          `${fromFile} -> ${path}`,
          // As flytekit: text mode reads every kind of line break as one, and then each of them is dropped, inner ones too.
          text?.replace(/^\uFEFF|[\r\n]/g, ''),
          `${fromFile} -> ${showPath(path, isSecret)} (no such file, or it cannot be read)`,
          text?.startsWith('\uFEFF') ? byteOrderMark : undefined,
        ),
    entry ? [key, `${key} line ${entry.line}`, entry.read] : [key],
  ]
}

/** What is said of a file whose value does not have what it begins with. */
export const byteOrderMark = 'byte order mark left out'

/** A variable's text. Programs without types hand over whatever they have; only text is a value. */
export function readVariable(env: Environment, name: string): string | undefined {
  return Object.hasOwn(env, name) ? textOf(env[name]) : undefined
}

/** A file's text. A reader that throws, as `readFileSync` does, has no file either. */
export function readText(path: string, readFile: Sources['readFile']): string | undefined {
  try {
    return textOf(readFile(path))
  } catch {
    return undefined
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
