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
  const path = urlOf(file.path, urlOf(`${workingDirectory}/`))
  if (!path.startsWith(urlOf(`${workingDirectory}/`))) return
  if (home && path.startsWith(urlOf(`${home}/.flyte/`))) return
  for (const { setting, source, env: variable } of found) {
    if (!commands.has(setting) || !source.startsWith(`${file.path} `)) continue
    const message = `${setting}: ${source} is in the working directory, so whoever wrote that file would run a program here. If you trust it, give trustWorkingDirectory: true; if not, remove the setting, or set ${variable}`
    throw new ConfigError('FLYTE_CONFIG_UNTRUSTED', message, { setting })
  }
}

/** A path as a URL, which has no `.` and `..` in it, and the same slashes on every system; letters of Windows paths in one case. */
function urlOf(path: string, base = 'file:///'): string {
  const isDrive = /^[A-Za-z]:/.test(path)
  const slashed = (isDrive ? `/${path.toLowerCase()}` : path).replace(/[\\/]+/g, '/')
  return new URL(slashed.replace(/[%#?]/g, encodeURIComponent), base).href
}
