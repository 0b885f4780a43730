import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type NodeProcess, startModule } from '../../../token-store/test/node-process.js'

/** What every process of a fleet works with. */
export interface FleetOptions {
  size: number
  issuer: string
  key: string
  /** The options of `fileStore` or of `redisStore`. */
  store: { directory: string } | { url: string }
}

/** What one process came to. */
export interface FleetResult {
  accessToken: string
  /** From the word to the token. */
  milliseconds: number
  /** The types of its events. */
  events: string[]
}

/** Processes that run, and that know nothing of each other. */
export interface Fleet {
  /** Has all of them want a token at the same moment, each with a store and a token manager of its own that are new. */
  wantToken(): Promise<FleetResult[]>
  stop(): void
}

const here = fileURLToPath(new URL('.', import.meta.url))
const worker = readFileSync(new URL('worker.mjs', import.meta.url), 'utf8')

/** Starts so many processes, and waits until all of them have loaded what they need. */
export async function startFleet({ size, ...given }: FleetOptions): Promise<Fleet> {
  const { PATH = '' } = process.env
  const env = { PATH, FLEET: JSON.stringify(given) }
  const members = Array.from({ length: size }, () => startModule(worker, [], { cwd: here, env }))
  const stop = () => {
    for (const member of members) member.process.kill('SIGKILL')
  }
  try {
    await Promise.all(members.map(lineOf))
  } catch (error) {
    stop()
    throw error
  }
  return {
    stop,
    async wantToken() {
      for (const member of members) member.process.stdin?.write('now\n')
      const lines = await Promise.all(members.map(lineOf))
      return lines.map((line) => JSON.parse(line) as FleetResult)
    },
  }
}

async function lineOf(member: NodeProcess): Promise<string> {
  const line = await member.line()
  if (line !== undefined) return line
  await member.ended
  throw new Error('a process ended before it had a token')
}
