import { chmodSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { httpBaseUrl, resolveConfig } from '@flyte-js/config'
import { homeOf, profilePath } from '@flyte-js/config/node'
import { readYaml } from '@flyte-js/config/yaml'
import { FlyteError } from '@flyte-js/core'
import type { Session } from '../session.js'
import { type Answers, askForConfig } from './ask-for-config.js'
import { configText } from './config-text.js'

/** `config init`: takes what the flags say, and asks for the rest at a terminal. */
export async function init(session: Session, options: Readonly<Record<string, unknown>>): Promise<void> {
  const { flags, io } = session
  const path = target(session)
  const given: Partial<Answers> = {}
  const endpoint = flags.endpoint ?? options.host
  if (typeof endpoint === 'string') given.endpoint = endpoint
  if (flags.insecure) given.insecure = true
  if (typeof options.auth === 'string') given.authMode = options.auth
  for (const name of ['clientId', 'clientSecretLocation', 'console'] as const) {
    const value = options[name]
    if (typeof value === 'string') given[name] = value
  }
  const isThere = existsSync(path)
  if (isThere && !options.force && !io.isErrorTerminal) throw isThereAlready(path)
  const answers = await askForConfig(session, given, { path, isThere: isThere && options.force !== true })
  if (answers === undefined) throw isThereAlready(path)
  const text = configText(answers)
  check(path, text)
  write(path, text, { isReplacing: isThere })
  io.stdout.write(`${path}\n`)
  session.tell('Written. Next: flyte-js login')
}

/** The file that is meant: it need not be there. */
function target({ flags, io }: Session): string {
  if (flags.config !== undefined) return resolve(flags.config)
  const home = homeOf(io.env)
  const profile = flags.profile ?? io.env.FLYTE_PROFILE
  return profile ? profilePath(home, profile) : join(home, '.flyte', 'config.yaml')
}

function isThereAlready(path: string): FlyteError {
  const message = `${path} is there already, and stays as it is. Put another in its place with --force, or make one beside it with --profile <name>`
  return new FlyteError('FLYTE_INVALID_ARGUMENT', message)
}

/** What could not be read later is not written. */
function check(path: string, text: string): void {
  const { config } = resolveConfig({
    env: {},
    // A file that it names may come into being later.
    readFile: () => 'unread',
    file: { path: `${path.replace(/\.ya?ml$/i, '')}.yaml`, text },
    yaml: readYaml,
  })
  httpBaseUrl(config)
}

/** Only its user may read it. A crash leaves the old file or the new one, and what came into being meanwhile is not overwritten. */
function write(path: string, text: string, { isReplacing }: { isReplacing: boolean }): void {
  const temporary = `${path}.${process.pid}.new`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' })
    chmodSync(temporary, 0o600)
    if (isReplacing) renameSync(temporary, path)
    else linkSync(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isThereAlready(path)
    const message = `${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). Choose another place with --config`
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', message, { cause: error })
  } finally {
    rmSync(temporary, { force: true })
  }
}
