// Starts file-worker.mjs.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('file-worker.mjs', import.meta.url))

export interface FileWorker {
  process: ChildProcess
  /** What it has said so far. */
  said: string[]
  /** Resolves once it says a line that starts so; rejects when it ends without. */
  says(start: string): Promise<string>
  /** Resolves with all that it said, once it has ended. */
  ended: Promise<string[]>
  tell(line: string): void
}

/** @param around - a program and its arguments in front of `node`, e.g. `unshare` */
export function startFileWorker(
  command: string,
  directory: string,
  { user, around = [], onLine }: { user?: number; around?: string[]; onLine?: (line: string) => void } = {},
): FileWorker {
  const [program = process.execPath, ...rest] = [...around, process.execPath]
  const user_ = user === undefined ? [] : [String(user)]
  const child = spawn(program, [...rest, script, command, directory, ...user_], { stdio: ['pipe', 'pipe', 'inherit'] })
  const said: string[] = []
  const listeners = new Set<(line: string | undefined) => void>()
  const tellAll = (line: string | undefined) => {
    for (const listener of listeners) listener(line)
  }

  let pending = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (pending + text).split('\n')
    pending = lines.pop() ?? ''
    for (const line of lines) {
      said.push(line)
      onLine?.(line)
      tellAll(line)
    }
  })
  // It may have been killed.
  child.stdin.on('error', () => {})
  const ended = new Promise<string[]>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => {
      tellAll(undefined)
      resolve(said)
    })
  })
  ended.catch(() => {})

  return {
    process: child,
    said,
    ended,
    tell: (line) => child.stdin.write(`${line}\n`),
    says: (start) =>
      new Promise((resolve, reject) => {
        const already = said.find((line) => line.startsWith(start))
        if (already !== undefined) return resolve(already)
        const listener = (line: string | undefined) => {
          if (line !== undefined && !line.startsWith(start)) return
          listeners.delete(listener)
          if (line === undefined) reject(new Error(`ended without ${start}: ${said.join(', ')}`))
          else resolve(line)
        }
        listeners.add(listener)
      }),
  }
}
