import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'redis'

/** A Redis server of the test's own, on a free port, with a file that it appends to. */
export interface RedisServer {
  readonly url: string
  readonly password: string
  /** How many milliseconds each of its keys has left; -1 is for ever. */
  lives(): Promise<Readonly<Record<string, number>>>
  /** Ends it as a crash does. */
  kill(): Promise<void>
  /** Starts it again, with what it had or after a loss of its disk, unless it runs. */
  start(options?: { dataLost?: boolean }): Promise<void>
  /** Stops it without closing its connections, and lets it go on. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

/** @param isCluster - it is a cluster of one, which has all slots, and insists on one slot for each command */
export async function startRedisServer({ password = 'a-password', isCluster = false } = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'flyte-js-redis-'))
  const port = await freePort()
  const url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`
  let process: ChildProcess | undefined

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!process) return
    const ended = once(process, 'exit')
    process.kill(signal)
    await ended
    process = undefined
  }

  async function start({ dataLost = false } = {}): Promise<void> {
    if (process) return void process.kill('SIGCONT')
    if (dataLost) await rm(join(directory, 'appendonlydir'), { recursive: true, force: true })
    const settings = { port, bind: '127.0.0.1', dir: directory, requirepass: password }
    const fixed = { appendonly: 'yes', appendfsync: 'always', save: '', daemonize: 'no' }
    const cluster = isCluster ? { 'cluster-enabled': 'yes' } : {}
    const flags = Object.entries({ ...settings, ...fixed, ...cluster }).flatMap(([name, value]) => [
      `--${name}`,
      String(value),
    ])
    const child = spawn('redis-server', flags, { stdio: 'ignore' })
    process = child
    const failed = new Promise<never>((_, reject) => {
      child.once('error', () => reject(new Error('missing: redis-server. Install: apt-get install redis-server')))
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
    })
    failed.catch(() => {})
    await Promise.race([answers(url, isCluster), failed])
  }

  await start()
  return {
    url,
    password,
    async lives() {
      const client = await createClient({ url }).connect()
      const keys = await client.keys('*')
      const lives = await Promise.all(keys.map(async (key) => [key, await client.pTTL(key)] as const))
      client.destroy()
      return Object.fromEntries(lives)
    },
    kill: () => end('SIGKILL'),
    start,
    pause: () => void process?.kill('SIGSTOP'),
    resume: () => void process?.kill('SIGCONT'),
    async stop() {
      await end('SIGKILL')
      await rm(directory, { recursive: true })
    },
  }
}

/** Asks until there is an answer: only asking tells when a server is up. */
async function answers(url: string, isCluster: boolean): Promise<void> {
  const socket = { reconnectStrategy: 20 }
  const client = createClient({ url, socket })
  client.on('error', () => {})
  await client.connect()
  while ((await client.ping().catch(() => 'LOADING')) !== 'PONG')
    await new Promise((resolve) => setTimeout(resolve, 20))
  if (isCluster && (await client.clusterInfo()).includes('cluster_slots_assigned:0'))
    await client.clusterAddSlotsRange({ start: 0, end: 16383 })
  while (isCluster && !(await client.clusterInfo()).includes('cluster_state:ok'))
    await new Promise((resolve) => setTimeout(resolve, 20))
  client.destroy()
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
