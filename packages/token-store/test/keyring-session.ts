import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What a keyring on Linux is made of, and the Debian packages that bring it. */
const programs = {
  'dbus-daemon': 'dbus-daemon',
  'dbus-send': 'dbus-bin',
  'gnome-keyring-daemon': 'gnome-keyring',
  'secret-tool': 'libsecret-tools',
}

/** A D-Bus session with an unlocked, empty keyring of its own. */
export interface KeyringSession {
  /** The environment of a process that uses it. */
  readonly environment: NodeJS.ProcessEnv
  secretTool(...args: string[]): Promise<string>
  /** Makes an item as any program may, without the attributes of Python's. */
  store(attributes: string[], secret: string): Promise<void>
  /** How many items the keyring has of a username. */
  count(service: string, username: string): Promise<number>
  lock(): Promise<void>
  /** Runs Python code with flytekit and keyring; what it prints is JSON. */
  python(code: string, ...args: string[]): Promise<unknown>
  stop(): Promise<void>
}

export async function startKeyringSession(): Promise<KeyringSession> {
  for (const [program, name] of Object.entries(programs))
    await execute('which', [program]).catch(() => {
      throw new Error(`missing: ${program}. Install: apt-get install ${name}`)
    })
  const python = join(root, 'node_modules/.cache/flyte-js/python/flytekit/bin/python')
  if (!existsSync(python)) throw new Error('there is no flytekit yet: npm run test:differential installs it')

  const directory = await mkdtemp(join(tmpdir(), 'flyte-js-keyring-'))
  const { PATH = '' } = process.env
  const environment: NodeJS.ProcessEnv = { PATH, HOME: directory, LC_ALL: 'C.UTF-8' }
  for (const name of ['DATA', 'RUNTIME', 'CONFIG', 'CACHE']) {
    const folder = join(directory, name.toLowerCase())
    await mkdir(folder, { mode: 0o700 })
    environment[`XDG_${name}_${name === 'RUNTIME' ? 'DIR' : 'HOME'}`] = folder
  }
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  environment.DBUS_SESSION_BUS_ADDRESS = String((await once(bus.stdout, 'data'))[0]).trim()
  const daemon = spawn('gnome-keyring-daemon', ['--unlock', '--components=secrets', '--foreground'], {
    env: environment,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  daemon.stdin.end('\n')

  const run = async (program: string, args: string[], input = '') => {
    const running = execute(program, args, { env: environment })
    // A program may end without having read.
    running.child.stdin?.on('error', () => {}).end(input)
    return (await running).stdout
  }
  // It ends with 1 when there is no such item.
  const secretTool = (...args: string[]) => run('secret-tool', args).catch(() => '')
  const send = (...args: string[]) => run('dbus-send', ['--session', '--print-reply', ...args])
  const isUp = () =>
    send('--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets')
  while (!(await isUp()).includes('true')) await new Promise((resolve) => setTimeout(resolve, 20))

  const stopProcess = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill()
    await once(child, 'exit')
  }

  return {
    environment,
    secretTool,
    async store(attributes, secret) {
      await run('secret-tool', ['store', '--label=somebody else', ...attributes], secret)
    },
    async count(service, username) {
      const found = await secretTool('search', '--all', 'service', service, 'username', username)
      return found.match(/^\[/gm)?.length ?? 0
    },
    async lock() {
      const collection = 'array:objpath:/org/freedesktop/secrets/collection/login'
      await send(
        '--dest=org.freedesktop.secrets',
        '/org/freedesktop/secrets',
        'org.freedesktop.Secret.Service.Lock',
        collection,
      )
    },
    python: async (code, ...args) => JSON.parse(await run(python, ['-c', code, ...args])),
    async stop() {
      await stopProcess(daemon)
      await stopProcess(bus)
      await rm(directory, { recursive: true, force: true })
    },
  }
}
