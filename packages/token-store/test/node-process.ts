import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A Node process that a test talks to, line by line. */
export interface NodeProcess {
  readonly process: ChildProcess
  /** The next line that it writes; `undefined` at its end. */
  line(): Promise<string | undefined>
  /** Resolves at its end; rejects, with what it wrote to stderr, unless that was good. */
  readonly ended: Promise<void>
}

const packageFolder = fileURLToPath(new URL('..', import.meta.url))

/**
 * Starts a module in a process of its own, which sees this package as its users do: built, through its exports.
 *
 * @param source - the module; `process.argv[1]` and so on are `input`
 * @param options - where it finds what it imports, by default here, and its environment
 */
export function startModule(
  source: string,
  input: readonly string[] = [],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): NodeProcess {
  const argv = ['--input-type=module', '--eval', source, ...input]
  const child = spawn(process.execPath, argv, { cwd: packageFolder, ...options, stdio: 'pipe' })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let stderr = ''
  child.stderr.on('data', (data) => {
    stderr += String(data)
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`ended with ${code ?? signal}: ${stderr}`)),
    )
  })
  ended.catch(() => {})
  return { process: child, line: async () => (await lines.next()).value, ended }
}
