import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** What `login-process.mjs` tells, a line each. */
export interface Told {
  url?: string
  event?: { type: string }
  accessToken?: string
  /** Of an error. */
  name?: string
  message?: string
  interrupted?: boolean
  done?: {
    /** What would have kept the process. */
    resources: string[]
    /** Bytes after each login, where it was started with `--expose-gc`. */
    heaps: number[]
    /** Whether it listens to something else than before. */
    hasOurListeners: boolean
  }
}

/** A program that logs in, in a process of its own. */
export interface LoginProcess {
  readonly process: ChildProcess
  /** The next thing that it tells, or has told, with this field. */
  until<Name extends keyof Told>(name: Name): Promise<NonNullable<Told[Name]>>
  /** How it ended: the exit code, or the signal. */
  readonly ended: Promise<number | string | null>
}

/** Starts it; see `login-process.mjs` for the options. */
export function startLogin(
  options: Readonly<Record<string, unknown>>,
  { flags = [], name = 'login-process.mjs' }: { flags?: readonly string[]; name?: string } = {},
): LoginProcess {
  const script = fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, [...flags, script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (data) => {
    stderr += String(data)
  })
  const told: Told[] = []
  let hasEnded = false
  const lines = createInterface({ input: child.stdout })
  const heard = new EventEmitter()
  lines.on('line', (line) => heard.emit('more', told.push(JSON.parse(line) as Told)))
  lines.on('close', () => {
    hasEnded = true
    heard.emit('more')
  })
  return {
    process: child,
    async until(name) {
      for (;;) {
        const at = told.findIndex((each) => each[name] !== undefined)
        const [found] = at === -1 ? [] : told.splice(at, 1)
        if (found !== undefined) return found[name] as never
        if (hasEnded) throw new Error(`It ended without telling ${name}: ${stderr}`)
        await once(heard, 'more')
      }
    },
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal))),
  }
}
