import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { keycloakEnvironment, keycloakFolder } from './distribution.js'

/** A running Keycloak, with nothing in it but its master realm. */
export interface Keycloak {
  /** Where it is, on loopback at a free port: `http://127.0.0.1:PORT`. */
  readonly url: string
  /** The client of the master realm that may do everything (client credentials). */
  readonly administrator: { readonly id: string; readonly secret: string }
  /** Ends it, and all that it started. */
  stop(): Promise<void>
}

/** Milliseconds until it has to answer: it takes 14 s on an idle machine with two cores, and 35 s on a busy one. */
const startLimit = 180_000
const stopLimit = 10_000

/**
 * Starts Keycloak, which lives in memory alone.
 *
 * @throws Error with what Keycloak said, when it ends or does not answer in time
 */
export async function startKeycloak(): Promise<Keycloak> {
  const folder = await keycloakFolder()
  const administrator = { id: 'administrator', secret: randomUUID() }
  const options = ['--http-enabled=true', '--http-host=127.0.0.1', '--http-port=0', '--hostname-strict=false']
  const child = spawn(join(folder, 'bin/kc.sh'), ['start', '--optimized', ...options], {
    env: {
      ...keycloakEnvironment(),
      KC_BOOTSTRAP_ADMIN_CLIENT_ID: administrator.id,
      KC_BOOTSTRAP_ADMIN_CLIENT_SECRET: administrator.secret,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: kc.sh starts Java, and both have to go.
    detached: true,
  })
  const killAll = () => signalGroup(child, 'SIGKILL')
  // A run that is broken off stops nothing by itself.
  process.once('exit', killAll)
  const stop = async () => {
    await end(child)
    process.off('exit', killAll)
  }
  try {
    return { url: await listening(child), administrator, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Waits for the line that says where it listens: the port is for the system to choose. */
function listening(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (what: string) => {
      clearTimeout(limit)
      reject(new Error(`Keycloak ${what}. It said:\n${output}`))
    }
    const limit = setTimeout(() => fail(`did not start within ${startLimit / 1000} s`), startLimit)
    const read = (text: string) => {
      output += text
      const url = /Listening on: (http:\/\/\S+)/.exec(output)?.[1]
      if (url === undefined) return
      clearTimeout(limit)
      // What it says from now on is for nobody, but has to be read: a full pipe would stop it.
      for (const stream of streams) stream.off('data', read).resume()
      resolve(url)
    }
    const streams = [child.stdout, child.stderr]
    for (const stream of streams) stream.setEncoding('utf8').on('data', read)
    child.once('error', (error) => fail(`cannot be started: ${error.message}`))
    child.once('close', (code) => fail(`ended with ${code}`))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  // Java may outlive kc.sh.
  if (child.exitCode !== null || child.signalCode !== null) return signalGroup(child, 'SIGKILL')
  const ended = once(child, 'close')
  const limit = setTimeout(() => signalGroup(child, 'SIGKILL'), stopLimit)
  signalGroup(child, 'SIGTERM')
  await ended
  clearTimeout(limit)
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended by itself.
  }
}
