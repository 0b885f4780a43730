import { execFile } from 'node:child_process'

/**
 * `secret-tool` of libsecret, for what `@napi-rs/keyring` cannot do on Linux: to give an item the attributes by which Python's
 * keyring finds it again, and to put a pair right. It is never told a secret.
 */
export interface SecretTool {
  /** Makes an empty item as Python's keyring makes its items. `false` where the program is not installed. */
  create(service: string, username: string): Promise<boolean>
  /** The secret of the item that was written last, of those with this service and username. */
  newest(service: string, username: string): Promise<string | undefined>
  /** Deletes them all. */
  clear(service: string, username: string): Promise<void>
}

/** The attribute by which Python's keyring knows its own items when it writes (keyring: `backends/SecretService.py`). */
const application = ['application', 'Python keyring library']

/** An item in the output of `secret-tool search`. */
const itemPattern = /^\[(.+)\]\nlabel = .*\nsecret = ([\s\S]*?)\ncreated = .+\nmodified = (.+)$/gm

interface Item {
  path: string
  secret: string
  modified: string
}

export function createSecretTool(timeout: number): SecretTool {
  function run(...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const limits = { timeout, maxBuffer: 64 * 1024 * 1024 }
      const child = execFile('secret-tool', args, limits, (error, stdout, stderr) => {
        // Without a word, 1 means that there is no such item.
        const isNothing = error?.code === 1 && stderr === ''
        if (error && !isNothing) reject(error)
        else resolve(stdout)
      })
      // Nothing more to read: an empty secret. A program that is missing has no ear for it.
      child.stdin?.on('error', () => {})
      child.stdin?.end()
    })
  }

  async function search(...attributes: string[]): Promise<Item[]> {
    const found = await run('search', '--all', '--unlock', ...attributes)
    return [...found.matchAll(itemPattern)].map(([, path = '', secret = '', modified = '']) => ({
      path,
      secret,
      modified,
    }))
  }

  return {
    async create(service, username) {
      const label = `--label=Password for '${username}' on '${service}'`
      try {
        await run('store', label, ...application, 'service', service, 'username', username)
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
        throw error
      }
    },
    async newest(service, username) {
      const attributes = ['service', service, 'username', username]
      const items = await search(...attributes)
      const ofPython = new Set((await search(...application, ...attributes)).map(({ path }) => path))
      // Times are in seconds. Of two in one second Python's is the newer: it is what has made the pair.
      const rank = ({ path, modified }: Item) => modified + (ofPython.has(path) ? '+' : '')
      return items.sort((one, other) => (rank(one) < rank(other) ? 1 : -1))[0]?.secret
    },
    async clear(service, username) {
      await run('clear', 'service', service, 'username', username)
    },
  }
}
