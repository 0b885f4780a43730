import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a process did. */
export interface Ended {
  code: number
  stdout: string
  stderr: string
}

const packageFolder = fileURLToPath(new URL('..', import.meta.url))

/**
 * Runs a module in a Node process of its own, which sees this package as its users do: built, through its exports.
 *
 * @param source - the module; `process.argv[1]` and so on are `options.input`
 */
export function runModule(source: string, options: { flags?: string[]; input?: string[] } = {}): Promise<Ended> {
  const { flags = [], input = [] } = options
  const argv = [...flags, '--input-type=module', '--eval', source, ...input]
  // 15 s is a hang, since nothing that is run here waits.
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: packageFolder, timeout: 15_000 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    )
  })
}
