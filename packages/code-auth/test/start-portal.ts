import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { FlyteEvent } from '@flyte-js/core'
import type { CodeAuthOptions } from '../src/index.js'

/** The options of `createCodeAuth` that can be told to another process, and where its sessions are kept: by default in its memory. */
export type PortalOptions = Omit<CodeAuthOptions, 'fetch' | 'clock' | 'onEvent' | 'store' | 'redirectUri'> & {
  store?: 'cookie'
  redisUrl?: string
  directory?: string
}

/** One process of a portal. */
export interface PortalInstance {
  /** Where it is, past what stands in front. */
  readonly url: string
  /** What it calls itself in the header `x-instance`. */
  readonly name: string
  /** What it heard of its sessions. */
  readonly events: FlyteEvent[]
  /** Moves its clock on. */
  advance(milliseconds: number): Promise<void>
}

/** An origin that browsers go to, before there is a portal behind it: providers have to know it first. */
export interface Front {
  readonly origin: string
  readonly redirectUri: string
  /** Starts instances of a portal, which take turns: each new connection goes to the next one. */
  serve(options: PortalOptions, instances?: number): Promise<PortalInstance[]>
  close(): Promise<void>
}

/** Listens, with nobody behind. @param port - by default any that is free */
export async function startFront(port = 0): Promise<Front> {
  const children: ChildProcess[] = []
  const ports: number[] = []
  let turn = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const behind = connect(ports[turn++ % ports.length] ?? 0, 'localhost')
    for (const each of [socket, behind]) {
      sockets.add(each)
      each.once('close', () => sockets.delete(each)).on('error', () => {})
    }
    socket.pipe(behind).pipe(socket)
  })
  const origin = `http://localhost:${await listen(server, port)}`
  const redirectUri = `${origin}/callback`
  return {
    origin,
    redirectUri,
    async serve(options, instances = 1) {
      const started = Array.from({ length: instances }, () => startInstance({ ...options, redirectUri }))
      children.push(...started.map(({ child }) => child))
      const ready = await Promise.all(started.map(({ ready }) => ready))
      ports.push(...ready.map(({ url }) => Number(new URL(url).port)))
      return ready
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await Promise.all(children.map(end))
    },
  }
}

/** Starts one instance whose origin is a name alone: a provider may know no redirect URI at which something could listen. */
export async function startUnseen(options: PortalOptions & { redirectUri: string }) {
  const { child, ready } = startInstance(options)
  return { instance: await ready, close: () => end(child) }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, 'localhost')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** As users have it: built, through its exports. */
function startInstance(options: PortalOptions & { redirectUri: string }) {
  const file = fileURLToPath(new URL('portal-process.mjs', import.meta.url))
  // It ends with its parent: an IPC channel is closed then.
  const child = fork(file, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] })
  const events: FlyteEvent[] = []
  child.on('message', ({ event }: { event?: FlyteEvent }) => event && events.push(event))
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ready = new Promise<PortalInstance>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The portal ended with ${code}: ${said}`)))
    child.once('message', ({ port }: { port: number }) =>
      resolve({
        url: `http://localhost:${port}`,
        name: String(child.pid),
        events,
        async advance(milliseconds) {
          const done = new Promise<void>((resolve) => {
            child.on('message', function hear({ ahead }: { ahead?: number }) {
              if (ahead === undefined) return
              child.off('message', hear)
              resolve()
            })
          })
          child.send({ advance: milliseconds })
          await done
        },
      }),
    )
  })
  ready.catch(() => {})
  return { child, ready }
}
