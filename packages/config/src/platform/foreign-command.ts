import { ConfigError } from '@flyte-js/core'
import type { Origins, ResolveConfigOptions } from '../resolve-config.js'
import { readVariable } from '../waterfall.js'

/** Settings that run a program. */
const commands: ReadonlySet<string> = new Set(['credentials.command', 'credentials.proxy_command'])

/**
 * Refuses a command from a configuration file in the working directory, or below it: whoever wrote the repository that was
 * checked out there would run programs here. The user's own `~/.flyte` is trusted, also when he works in his home.
 *
 * @throws ConfigError that says how to allow it
 */
export function refuseForeignCommands(
  { sources: { env, file }, found }: Origins,
  { workingDirectory, homeDirectory, trustWorkingDirectory }: Readonly<ResolveConfigOptions>,
): void {
  if (!file || !workingDirectory || trustWorkingDirectory) return
  const home = homeDirectory ?? readVariable(env, 'HOME') ?? readVariable(env, 'USERPROFILE')
  if (!isForeign(file.path, workingDirectory, home)) return
  for (const { setting, source, env: variable } of found) {
    if (!commands.has(setting) || !source.startsWith(`${file.path} `)) continue
    const message = `${setting}: ${source} is in the working directory, so whoever wrote that file would run a program here. If you trust it, give trustWorkingDirectory: true; if not, remove the setting, or set ${variable}`
    throw new ConfigError('FLYTE_CONFIG_UNTRUSTED', message, { setting })
  }
}

/**
 * Whether a file is in the working directory or below it, and not in `~/.flyte`.
 *
 * Everything is below the root, where a container works that says nothing else: that makes no repository of it.
 */
export function isForeign(path: string, workingDirectory: string, home: string | undefined): boolean {
  const file = namesOf(path, workingDirectory)
  if (home && isBelow(file, namesOf(`${home}/.flyte`))) return false
  const directory = namesOf(workingDirectory)
  const isRoot = directory.length <= (isDrive.test(workingDirectory) ? 1 : 0)
  return isBelow(file, directory) && (!isRoot || file.length === directory.length + 1)
}

const isDrive = /^[A-Za-z]:[\\/]|^\\\\/

/**
 * The names of an absolute path, without `.` and `..`. Windows has slashes of two kinds, and letters of one case; anywhere else
 * a backslash is a letter like any other.
 */
function namesOf(path: string, base = ''): string[] {
  const isWindows = isDrive.test(base || path)
  const isAbsolute = path.startsWith('/') || (isWindows && isDrive.test(path))
  const whole = isAbsolute ? path : `${base}/${path}`
  const names: string[] = []
  for (const name of isWindows ? whole.toLowerCase().split(/[\\/]/) : whole.split('/')) {
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  return names
}

function isBelow(path: readonly string[], directory: readonly string[]): boolean {
  return path.length > directory.length && directory.every((name, index) => name === path[index])
}
