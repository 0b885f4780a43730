import { spawn } from 'node:child_process'
import { safeCause } from '@flyte-js/core'
import { type CommandLine, withUrl } from './browser-variable.js'

/**
 * Starts a browser and leaves it alone: it is not waited for, outlives this process, and has this process's environment.
 *
 * @param commands - each is tried until one starts; none: as the system opens URLs
 * @returns why none was started; `undefined` where one was
 */
export async function openBrowser(url: string, commands: readonly CommandLine[]): Promise<string | undefined> {
  // Whatever else a server may have named as its page: a file, a program.
  if (!/^https?:$/.test(new URL(url).protocol)) return 'the URL is neither http nor https'
  if (commands.length === 0) return started('the system', () => openBySystem(url))
  const failures: string[] = []
  for (const command of commands) {
    const failure = await started(command[0], () => start(withUrl(command, url)))
    if (failure === undefined) return undefined
    failures.push(failure)
  }
  return failures.join('; ')
}

/** Why a start failed, without what a foreign error may say of the URL. */
export async function started(what: string, start: () => unknown): Promise<string | undefined> {
  try {
    await start()
    return undefined
  } catch (error) {
    const { message } = safeCause(error) as Error
    return `${what} could not open it: ${message}`
  }
}

function start([program, ...args]: CommandLine): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' })
    child.once('error', reject)
    child.once('spawn', resolve)
    child.unref()
  })
}

/** Loaded only here: most programs never log in. */
async function openBySystem(url: string): Promise<void> {
  const { default: open } = await import('open')
  await open(url)
}
