import {
  type Clock,
  type EventListener,
  emit,
  type FlyteErrorCode,
  type LockedTokenStore,
  systemClock,
  type TokenSet,
  type TokenStore,
  TokenStoreError,
} from '@flyte-js/core'
import { lockLost } from '../fence.js'
import { createMutex } from '../mutex.js'
import { redisAddress } from './redis-address.js'
import { givenConnection, ownConnection, type RedisClient, reason } from './redis-connection.js'
import { type RedisKeys, redisKeys } from './redis-keys.js'
import { acquireRedisLock } from './redis-lock.js'
import * as scripts from './redis-scripts.js'
import { readValue, writeValue } from './redis-value.js'
import { createSealer } from './seal.js'

export type { RedisClient } from './redis-connection.js'

/** Where the logins are, and how they are kept there. */
export interface RedisStoreOptions {
  /**
   * Where Redis is: `redis://user:password@host:6379/0`, or `rediss://` for TLS. The connection is opened at the first use and
   * again after it was lost, and does not keep the process from exiting. Either this or `client`.
   */
  url?: string
  /**
   * A client of the package `redis`, for a cluster, a sentinel, client certificates, or one that the program has anyway. It is
   * connected if it is not open, and never closed. Either this or `url`.
   */
  client?: RedisClient
  /**
   * Encrypts what is stored, with AES-256-GCM: at least 32 characters of high entropy, e.g. of `openssl rand -base64 32`. By
   * default tokens are stored as they are, and the first write emits `store.plaintext`.
   */
  encryptionKey?: string
  /**
   * Milliseconds after which a login is forgotten, counted from its last write. By default it lives as long as its refresh token
   * may, that is without end, and without a refresh token until a minute after its access token has expired. Sessions of
   * `@flyte-js/code-auth` end by themselves, a minute after they are over.
   */
  maxAge?: number
  /** What the names of all keys begin with, without braces. By default `flyte-js:`. */
  prefix?: string
  /**
   * Milliseconds within which Redis must connect and answer. By default 5000: longer than a fail-over that goes well, and short
   * enough for a person who waits.
   */
  timeout?: number
  /** Hears `store.plaintext`, `store.corrupt` and `store.lock-taken-over`. */
  onEvent?: EventListener
  /** The clock that maximum ages and waits go by. By default the platform's. */
  clock?: Clock
}

/** A token store on a Redis server. */
export interface RedisStore extends TokenStore {
  /** Ends the connection at once, if the store has made it. There is no need to: it ends with the process. */
  close(): void
}

/** How long a value that nobody understands is kept aside, in milliseconds. */
const asideLifetime = 7 * 24 * 60 * 60 * 1000

/** How long a value outlives the end of its use, in milliseconds: clocks differ. */
const slack = 60_000

/**
 * Keeps logins on a Redis server, for programs on several hosts that share them.
 *
 * Needs the package `redis` (an optional peer, 5 or 6; loaded at the first use) and Redis 5 or newer. One host at a time
 * renews a login: the lock ends 4 s after the last sign of its holder, and what is written under it carries a fencing number, so
 * that a holder that was paused cannot overwrite a newer token. Redis need not be up all the time: what cannot be read or
 * written fails within seconds, and who waits for the lock bears with a restart. How durable a login is, Redis decides
 * (`appendonly yes`, with `appendfsync always` for a crash of its host).
 *
 * @throws TokenStoreError `FLYTE_INVALID_ARGUMENT` for options that do not go together. The calls of the store throw
 * `FLYTE_STORE_UNAVAILABLE` when Redis cannot be reached or the package is missing, `FLYTE_STORE_READ_FAILED` and
 * `FLYTE_STORE_WRITE_FAILED` when it refuses or does not answer, `FLYTE_STORE_DECRYPTION_FAILED`,
 * `FLYTE_STORE_LOCK_UNAVAILABLE`, and `FLYTE_STORE_LOCK_LOST` under a lock that has gone to another
 *
 * @example
 * ```ts
 * import { redisStore } from '@flyte-js/token-store/redis'
 *
 * const store = redisStore({
 *   url: process.env.REDIS_URL ?? 'redis://localhost:6379',
 *   encryptionKey: process.env.TOKEN_ENCRYPTION_KEY ?? '',
 * })
 * ```
 */
export function redisStore({
  url,
  client,
  encryptionKey,
  maxAge,
  prefix = 'flyte-js:',
  timeout = 5000,
  onEvent,
  clock = systemClock,
}: RedisStoreOptions): RedisStore {
  if ((url === undefined) === (client === undefined)) throw invalid('needs either a url or a client')
  if (!(timeout >= 1 && timeout < 2 ** 31)) throw invalid('needs a timeout of 1 ms to 24 days')
  if (maxAge !== undefined && !(maxAge >= 1)) throw invalid('needs a maxAge of at least 1 ms')
  if (/[{}]/.test(prefix)) throw invalid('takes no braces in its prefix')
  const connection = client
    ? givenConnection(client, timeout)
    : ownConnection(url ?? '', redisAddress(url ?? ''), timeout)
  const sealer = encryptionKey === undefined ? undefined : createSealer(encryptionKey, 'redis')
  const mutex = createMutex()
  let hasSaidPlaintext = sealer !== undefined

  async function run(
    code: FlyteErrorCode,
    script: string,
    { value, lock, fence }: RedisKeys,
    values: string[] = [],
  ): Promise<unknown> {
    try {
      return await connection.run(script, [value, lock, fence], values)
    } catch (cause) {
      throw TokenStoreError.isInstance(cause) ? cause : failure(code, connection.address, cause)
    }
  }

  async function read(keys: RedisKeys, text: string): Promise<TokenSet | undefined> {
    const tokenSet = await readValue(text, sealer, keys.value)
    if (tokenSet !== undefined) return tokenSet
    const moved = await connection
      .run(scripts.moveAside, [keys.value, keys.aside], [text, String(asideLifetime)])
      .catch(() => 0)
    emit(onEvent, { type: 'store.corrupt', store: 'redis', ...(Number(moved) === 1 && { location: keys.aside }) })
    return undefined
  }

  async function write(
    keys: RedisKeys,
    tokenSet: TokenSet,
    { forgetAt }: { forgetAt?: number } = {},
  ): Promise<[text: string, lifetime: string]> {
    if (!hasSaidPlaintext) {
      hasSaidPlaintext = true
      emit(onEvent, { type: 'store.plaintext', store: 'redis', location: connection.address })
    }
    const lifetime = lifetimeOf(tokenSet, { maxAge, forgetAt }, clock.now())
    return [await writeValue(tokenSet, sealer, keys.value), lifetime === undefined ? '' : String(lifetime)]
  }

  /** The store under a lock. Redis itself checks, in one piece with each call, that the lock is still ours. */
  function locked(proof: [string, string], isHeld: () => boolean): LockedTokenStore {
    async function runUnderLock(code: FlyteErrorCode, script: string, keys: RedisKeys, values: string[] = []) {
      if (!isHeld()) throw lockLost('redis')
      const answer = await run(code, script, keys, [...proof, ...values])
      if (!Array.isArray(answer) && Number(answer) === 0) throw lockLost('redis')
      return answer
    }
    return {
      async get(key) {
        const keys = redisKeys(prefix, key)
        const [text] = (await runUnderLock('FLYTE_STORE_READ_FAILED', scripts.getUnderLock, keys)) as unknown[]
        return text === undefined ? undefined : read(keys, String(text))
      },
      async set(key, tokenSet, options) {
        const keys = redisKeys(prefix, key)
        await runUnderLock('FLYTE_STORE_WRITE_FAILED', scripts.setUnderLock, keys, await write(keys, tokenSet, options))
      },
      async delete(key) {
        await runUnderLock('FLYTE_STORE_WRITE_FAILED', scripts.deleteUnderLock, redisKeys(prefix, key))
      },
    }
  }

  return {
    name: 'redis',
    async get(key) {
      const keys = redisKeys(prefix, key)
      const text = await run('FLYTE_STORE_READ_FAILED', scripts.getValue, keys)
      return text === null ? undefined : read(keys, String(text))
    },
    async set(key, tokenSet, options) {
      const keys = redisKeys(prefix, key)
      await run('FLYTE_STORE_WRITE_FAILED', scripts.setValue, keys, await write(keys, tokenSet, options))
    },
    async delete(key) {
      await run('FLYTE_STORE_WRITE_FAILED', scripts.deleteValue, redisKeys(prefix, key))
    },
    async withLock(key, critical, { signal } = {}) {
      await connection.load()
      return mutex.run(
        key,
        async () => {
          const keys = redisKeys(prefix, key)
          const lock = await acquireRedisLock({
            run: (script, values) => run('FLYTE_STORE_LOCK_UNAVAILABLE', script, keys, values),
            patience: timeout,
            clock,
            signal,
            onEvent,
          })
          let isHeld = true
          try {
            return await critical(locked(lock.proof, () => isHeld))
          } finally {
            isHeld = false
            await lock.end()
          }
        },
        { signal },
      )
    },
    close: connection.close,
  }
}

/** How long a value is kept, in milliseconds; `undefined` without an end. */
function lifetimeOf(
  { refreshToken, expiresAt }: TokenSet,
  { maxAge, forgetAt }: { maxAge: number | undefined; forgetAt: number | undefined },
  now: number,
): number | undefined {
  const ends: number[] = []
  if (maxAge !== undefined) ends.push(maxAge)
  if (refreshToken === undefined && expiresAt !== undefined) ends.push(Math.max(0, expiresAt - now) + slack)
  if (forgetAt !== undefined) ends.push(Math.max(0, forgetAt - now) + slack)
  return ends.length === 0 ? undefined : Math.ceil(Math.min(...ends))
}

function failure(code: FlyteErrorCode, address: string, cause: unknown): TokenStoreError {
  const what = code === 'FLYTE_STORE_READ_FAILED' ? 'Reading from' : 'Writing to'
  const message = `${what} Redis failed (${address}${reason(cause)}). See the log of the server, and the cause`
  return new TokenStoreError(code, message, { store: 'redis', cause })
}

function invalid(what: string): TokenStoreError {
  return new TokenStoreError('FLYTE_INVALID_ARGUMENT', `The redis store ${what}`, { store: 'redis' })
}
