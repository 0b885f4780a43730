import { existsSync } from 'node:fs'
import { isatty } from 'node:tty'
import { type CommandLine, parseBrowserVariable } from './browser-variable.js'

/** What tells whether a browser can be opened here, in sight of whoever asked for a login. */
export interface Surroundings {
  /** The environment: `BROWSER`, `DISPLAY`, `SSH_CONNECTION` and their like. */
  env: Readonly<Record<string, string | undefined>>
  /** The operating system. */
  platform: NodeJS.Platform
  /** Whether somebody sits at this process's terminal. */
  isTerminal: boolean
  /** Whether this is a container, whose browser, if any, nobody sees. */
  isContainer: boolean
}

/** Whether a browser is at hand. */
export interface BrowserFinding {
  /** Whether one can be started that the person sees. */
  isAtHand: boolean
  /** Why, or why not, for logs and for `login.chosen`. */
  reason: string
  /** How `BROWSER` says that it is started: each is tried until one starts. Empty: as the system does. */
  commands: readonly CommandLine[]
}

/**
 * Looks at this process and its machine.
 *
 * @param env - the environment to go by. Default: that of the process
 */
export function lookAround(env: Surroundings['env'] = process.env): Surroundings {
  return {
    env,
    platform: process.platform,
    // Not process.stdin: to touch it is to open it.
    isTerminal: isatty(0) || isatty(2),
    isContainer: ['/.dockerenv', '/run/.containerenv'].some((path) => existsSync(path)),
  }
}

/**
 * Decides whether a browser is at hand, by what is there and nothing else.
 *
 * `BROWSER` names one wherever this runs: a command that gets the URL (`%s`, or its last argument); `none` says that there is none.
 * Without it none is at hand without a terminal, over SSH, in a container, or on Linux without a display: it would open
 * where nobody sees it, or take the terminal.
 *
 * @param surroundings - default: those of this process
 *
 * @example
 * ```ts
 * import { findBrowser } from '@flyte-js/pkce-auth/node'
 *
 * const { isAtHand, reason } = findBrowser()
 * console.log(isAtHand ? 'A browser will open' : `No browser: ${reason}`)
 * ```
 */
export function findBrowser(surroundings: Surroundings = lookAround()): BrowserFinding {
  const { env, platform, isTerminal, isContainer } = surroundings
  const isSet = (name: string) => Boolean(env[name]?.trim())
  const no = (reason: string): BrowserFinding => ({ isAtHand: false, reason, commands: [] })

  if (isSet('BROWSER')) {
    const variable = (env.BROWSER ?? '').trim()
    if (variable.toLowerCase() === 'none') return no('BROWSER is none')
    const commands = parseBrowserVariable(variable, platform === 'win32' ? ';' : ':')
    if (commands === undefined) return no('BROWSER has a quote that is not closed')
    if (commands.length === 0) return no('BROWSER names no command')
    return { isAtHand: true, reason: 'BROWSER names one', commands }
  }
  const ssh = ['SSH_CONNECTION', 'SSH_TTY', 'SSH_CLIENT'].find(isSet)
  if (ssh !== undefined) return no(`this is a session over SSH (${ssh} is set)`)
  if (isContainer || isSet('container') || isSet('KUBERNETES_SERVICE_HOST')) return no('this is a container')
  if (!isTerminal) return no('there is no terminal')
  const hasDesktop = platform === 'darwin' || platform === 'win32' || ['WSL_DISTRO_NAME', 'WSL_INTEROP'].some(isSet)
  if (!hasDesktop && !['DISPLAY', 'WAYLAND_DISPLAY'].some(isSet))
    return no('there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)')
  return { isAtHand: true, reason: 'there are a terminal and a desktop', commands: [] }
}
