import { parseValue } from './parse-value.js'
import { environmentName, type Setting, type SettingName, settings } from './settings.js'
import { showPath, showVariable } from './show-target.js'

/** The environment: variable names and their texts. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where values are looked for. */
export interface Sources {
  /** The environment. */
  env: Environment
  /** Reads a file that a `_FROM_FILE` names: its text, or `undefined` where there is none that can be read. */
  readFile: (path: string) => string | undefined
}

/** A value with its history. */
export interface Found {
  /** The value, of the setting's type; `undefined` where there is none. */
  value: string | boolean | readonly string[] | undefined
  /** Where it came from, e.g. `environment FLYTE_PLATFORM_URL`; `default`; `not set`. */
  source: string
  /** Every place that was looked at until the value was found, in order, with what was there. */
  tried: string[]
  /** Places further down that are set as well and lost. */
  shadowed: string[]
  /** What is odd: redirects that lead nowhere, unusual words. */
  problems: string[]
  /** Redirects that lead nowhere, each with its target. */
  broken: string[]
}

/** What one place holds: a text, or why it has none. `undefined`: nobody set it. */
type Look = { text: string; source: string; problem?: string } | { missing: string } | undefined

/**
 * Resolves one setting: direct variable, `<NAME>_FROM_ENV_VAR`, `<NAME>_FROM_FILE`, default, as flytekit 0.16's
 * `configuration/common.py` does it.
 *
 * Set but empty counts as set. A redirect goes one level deep. One that leads nowhere falls through and is reported.
 */
export function resolveSetting(name: SettingName, sources: Sources): Found {
  const setting: Setting = settings[name]
  const variable = environmentName(name)
  const found: Found = { value: setting.default, source: 'not set', tried: [], shadowed: [], problems: [], broken: [] }
  const places: [place: string, look: Look][] = [
    [variable, direct(variable, sources)],
    [`${variable}_FROM_ENV_VAR`, fromVariable(variable, sources, setting)],
    [`${variable}_FROM_FILE`, fromFile(variable, sources, setting)],
  ]
  let isFound = false
  for (const [place, look] of places) {
    if (look === undefined) {
      if (!isFound) found.tried.push(`${place} (not set)`)
    } else if ('missing' in look) {
      found.problems.push(look.missing)
      found.broken.push(look.missing)
      if (!isFound) found.tried.push(look.missing)
    } else if (isFound) {
      found.shadowed.push(look.source)
    } else if (name === 'credentials.auth_mode' && look.text === '') {
      // flytekit takes an empty mode for none at all, unlike every other string.
      found.tried.push(`${place} (empty)`)
    } else {
      isFound = true
      const { value, problem } = parseValue(setting.type, look.text)
      found.value = value
      found.source = look.source
      found.tried.push(look.text === '' ? `${place} (set, but empty)` : place)
      for (const each of [look.problem, problem]) if (each !== undefined) found.problems.push(`${look.source}: ${each}`)
    }
  }
  if (!isFound && setting.default !== undefined) found.source = 'default'
  return found
}

function direct(variable: string, { env }: Sources): Look {
  const text = read(env, variable)
  return text === undefined ? undefined : { text, source: `environment ${variable}` }
}

function fromVariable(variable: string, { env }: Sources, setting: Setting): Look {
  const redirect = `${variable}_FROM_ENV_VAR`
  const target = read(env, redirect)
  if (target === undefined) return undefined
  const text = read(env, target)
  return text === undefined
    ? { missing: `${redirect} -> ${showVariable(target, setting.secret === true)} (that variable is not set)` }
    : { text, source: `environment ${redirect} -> ${target}` }
}

function fromFile(variable: string, { env, readFile }: Sources, setting: Setting): Look {
  const redirect = `${variable}_FROM_FILE`
  const path = read(env, redirect)
  if (path === undefined) return undefined
  const text = readText(path, readFile)
  if (text === undefined) {
    const shown = showPath(path, setting.secret === true)
    return { missing: `${redirect} -> ${shown} (no such file, or it cannot be read)` }
  }
  const hasMark = text.startsWith('\uFEFF')
  return {
    // As flytekit: text mode reads every kind of line break as one, and then each of them is dropped, inner ones too.
    text: (hasMark ? text.slice(1) : text).replace(/[\r\n]/g, ''),
    source: `environment ${redirect} -> ${path}`,
    ...(hasMark && { problem: 'the file begins with a byte order mark, which was left out of the value' }),
  }
}

function read(env: Environment, name: string): string | undefined {
  return Object.hasOwn(env, name) ? textOf(env[name]) : undefined
}

/** Programs without types hand over whatever they have; only text is a value. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A reader that throws, as `readFileSync` does, has no file either. */
function readText(path: string, readFile: Sources['readFile']): string | undefined {
  try {
    return textOf(readFile(path))
  } catch {
    return undefined
  }
}
