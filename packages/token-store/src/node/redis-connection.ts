import { TokenStoreError } from '@flyte-js/core'

/**
 * What the store asks of a client: one of the package `redis` (`createClient`, `createClientPool`, `createCluster`,
 * `createSentinel`).
 */
export interface RedisClient {
  /** Whether `connect` was called. */
  readonly isOpen: boolean
  /** Connects. The store calls it where nobody has. */
  connect(): Promise<unknown>
  /** Runs a script in Lua: each step of the store is one, so that it is atomic. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  /** Commands of the answer are given up when the signal is aborted, as far as they have not been sent. */
  withCommandOptions?(options: { abortSignal: AbortSignal }): Pick<RedisClient, 'eval'>
}

/** Runs scripts on a Redis server. */
export interface RedisConnection {
  /** Where it is, without a password. */
  readonly address: string
  /** Loads what it needs. @throws TokenStoreError `FLYTE_STORE_UNAVAILABLE` when that is not installed */
  load(): Promise<void>
  /** @throws TokenStoreError `FLYTE_STORE_UNAVAILABLE` without a connection; any other error is one of the command */
  run(script: string, keys: string[], values: string[]): Promise<unknown>
  /** Ends the connection, if it is ours. The next command opens another. */
  close(): void
}

/** A client that we have made, so that we know what it is. */
interface OwnClient extends RedisClient {
  readonly isReady: boolean
  ref(): void
  unref(): void
  destroy(): void
  on(event: 'error', listener: () => void): unknown
}

/** The connection of a client that somebody else opens, watches and closes. */
export function givenConnection(client: RedisClient, timeout: number): RedisConnection {
  const address = 'the given client'
  let connecting: Promise<unknown> | undefined

  async function connect(): Promise<void> {
    connecting ??= client.connect().finally(() => {
      connecting = undefined
    })
    try {
      await within(timeout, connecting)
    } catch (cause) {
      throw unreachable(address, cause)
    }
  }

  return {
    address,
    async load() {},
    async run(script, keys, values) {
      if (!client.isOpen || connecting !== undefined) await connect()
      return command(client, script, keys, values, timeout)
    },
    close() {},
  }
}

/**
 * A connection of our own, opened at the first command and again by the first one after it was lost.
 *
 * It keeps the process alive only while an answer is awaited, and nothing is queued for a server that is away.
 */
export function ownConnection(url: string, address: string, timeout: number): RedisConnection {
  let current: OwnClient | undefined
  let connecting: Promise<OwnClient> | undefined
  /** How many commands run on each client. */
  const running = new WeakMap<OwnClient, number>()

  async function connect(): Promise<OwnClient> {
    const { createClient } = await load()
    let client: OwnClient | undefined
    try {
      // A client that reconnects behind our back would keep the process alive and its caller in the dark.
      const socket = { connectTimeout: timeout, reconnectStrategy: false as const }
      // RESP 2 is understood by every version of the server and spoken by every version of the client.
      client = createClient({ url, RESP: 2, disableOfflineQueue: true, socket }) as unknown as OwnClient
      // Each command hears of it by its own rejection; without a listener Node would end the process.
      client.on('error', () => {})
      await within(timeout, client.connect())
    } catch (cause) {
      client?.destroy()
      throw unreachable(address, cause)
    }
    current = client
    return client
  }

  async function ready(): Promise<OwnClient> {
    if (current?.isReady) return current
    connecting ??= connect().finally(() => {
      connecting = undefined
    })
    return connecting
  }

  /** Every script can run twice: what was lost with its connection, e.g. of a server that was restarted since, is asked anew. */
  async function again(script: string, keys: string[], values: string[]): Promise<unknown> {
    const client = await ready()
    return referenced(client, () => command(client, script, keys, values, timeout))
  }

  /** Keeps the process alive while a command runs. */
  async function referenced<T>(client: OwnClient, run: () => Promise<T>): Promise<T> {
    running.set(client, (running.get(client) ?? 0) + 1)
    client.ref()
    try {
      return await run()
    } finally {
      const left = (running.get(client) ?? 0) - 1
      running.set(client, left)
      if (left === 0) client.unref()
    }
  }

  return {
    address,
    async load() {
      await load()
    },
    async run(script, keys, values) {
      const client = await ready()
      try {
        return await referenced(client, () => command(client, script, keys, values, timeout))
      } catch (error) {
        // Whether a server that does not answer is busy or gone cannot be told; a new connection finds out.
        if (isTimeout(error)) client.destroy()
        else if (!client.isReady) return await again(script, keys, values)
        throw error
      }
    },
    close() {
      current?.destroy()
      current = undefined
    },
  }
}

async function load(): Promise<Pick<typeof import('redis'), 'createClient'>> {
  try {
    return await import('redis')
  } catch (cause) {
    const message = 'The redis store needs the package redis. Install it: npm install redis'
    throw new TokenStoreError('FLYTE_STORE_UNAVAILABLE', message, { store: 'redis', cause })
  }
}

async function command(
  client: RedisClient,
  script: string,
  keys: string[],
  values: string[],
  timeout: number,
): Promise<unknown> {
  const controller = new AbortController()
  const target = client.withCommandOptions?.({ abortSignal: controller.signal }) ?? client
  try {
    return await within(timeout, target.eval(script, { keys, arguments: values }))
  } catch (error) {
    // What waits to be sent must not be sent long after its caller was told that it has failed.
    controller.abort()
    throw error
  }
}

async function within<T>(timeout: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DOMException(`Redis has not answered within ${timeout} ms`, 'TimeoutError'))
    }, timeout)
  })
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError'
}

function unreachable(address: string, cause: unknown): TokenStoreError {
  const message = `Redis cannot be reached (${address}${reason(cause)}). Check that it runs, and the address and password that it was given`
  return new TokenStoreError('FLYTE_STORE_UNAVAILABLE', message, { store: 'redis', cause })
}

/** Why Redis refused, as far as it can be told without repeating what it says: the word that its answer begins with. */
export function reason(error: unknown): string {
  if (isTimeout(error)) return ', no answer in time'
  const word = /^[A-Z]{3,20}(?= )/.exec((error as Error | undefined)?.message ?? '')?.[0]
  return word ? `, ${word}` : ''
}
