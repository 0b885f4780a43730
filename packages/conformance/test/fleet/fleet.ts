import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

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

const worker = fileURLToPath(new URL('worker.mjs', import.meta.url))

/** Starts so many processes, has all of them want a token at the same moment, and waits until the last has ended. */
export async function runFleet({ size, ...given }: FleetOptions): Promise<FleetResult[]> {
  const { PATH = '' } = process.env
  const children = Array.from({ length: size }, () =>
    listen(spawn(process.execPath, [worker], { env: { PATH, FLEET: JSON.stringify(given) } })),
  )
  try {
    await Promise.all(children.map(({ ready }) => ready))
    for (const { child } of children) child.stdin?.write('go\n')
    return await Promise.all(children.map(({ result }) => result))
  } finally {
    for (const { child } of children) child.kill('SIGKILL')
  }
}

function listen(child: ChildProcess) {
  let output = ''
  let errors = ''
  let isReady = () => {}
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.startsWith('ready\n')) isReady()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const result = new Promise<FleetResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      isReady()
      if (code === 0) resolve(JSON.parse(output.slice('ready\n'.length)) as FleetResult)
      else reject(new Error(`a process ended with ${code}: ${errors}`))
    })
  })
  // It is looked at when all are ready.
  result.catch(() => {})
  return { child, ready, result }
}
