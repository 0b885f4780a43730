import { type Clock, type EventListener, type LockedTokenStore, systemClock, type TokenStore } from '@flyte-js/core'
import { fence } from '../fence.js'
import { createMutex } from '../mutex.js'
import { keyringEntries } from './keyring-entries.js'
import { keyringLock } from './keyring-lock.js'
import { hash, type KeyringLogin } from './keyring-login.js'
import { keyringService } from './keyring-service.js'
import { loginEntries } from './login-entries.js'

/** Whose login it is. */
export interface KeyringStoreOptions {
  /**
   * The endpoint as flytekit has it: `platform.url`, as it stands in the configuration, e.g. `flyte.example.com` or
   * `dns:///flyte.example.com`. Of a URL its scheme is left out. Written otherwise, e.g. with its port, it is another login.
   */
  endpoint: string
  /**
   * Milliseconds within which the keyring must answer. By default 30,000: time to type the keyring's password where it asks for
   * it. A keyring that is missing, or locked where nobody can be asked, says so at once.
   */
  timeout?: number
  /**
   * Where the lock is, in files that hold no token, because keyrings have none. By default `locks` in the user's data directory
   * (`~/.local/share/flyte-js`, or under `XDG_DATA_HOME`; `~/Library/Application Support/flyte-js`;
   * `%LOCALAPPDATA%\flyte-js\Data`).
   */
  lockDirectory?: string
  /** Hears `store.repaired`, `store.corrupt` and `store.lock-taken-over`. */
  onEvent?: EventListener
  /** The clock by which entries that do not fit together are read again. By default the platform's. */
  clock?: Clock
}

/**
 * Keeps one login an endpoint in the keyring of the operating system, in the same entries as flytekit: one login serves both.
 *
 * The entries are flytekit's (service: the endpoint; usernames: `access_token`, `refresh_token`, `id_token`), and one of our own,
 * `flyte-js`, for what those cannot hold: expiry, scope, issuer and the key. It is bound to the tokens by their hashes, so when
 * flytekit has written newer ones, they are given back for any key, without expiry. A login that was stored under another key,
 * that is for another client or other scopes, is `undefined`, and `set` replaces it.
 *
 * Needs the package `@napi-rs/keyring` (an optional peer; loaded at the first use): the Keychain on macOS, a Secret Service such
 * as gnome-keyring on Linux, the Credential Manager on Windows, where Python's keyring names its entries otherwise, so that the
 * login there is ours alone. On Linux it also uses `secret-tool` (Debian: libsecret-tools) to make
 * entries that Python's keyring finds again when it writes, and to merge two of one name. Where that is missing entries are made
 * without: all is well until flytekit writes on this machine too; then reading fails, and says what to install.
 *
 * @throws TokenStoreError `FLYTE_INVALID_ARGUMENT` when the endpoint is none. The calls of the store throw
 * `FLYTE_STORE_UNAVAILABLE` when there is no keyring, it is locked or the package is missing, so that `firstAvailable` goes on,
 * `FLYTE_STORE_READ_FAILED`, `FLYTE_STORE_WRITE_FAILED`, e.g. for a token that is too long for Windows,
 * `FLYTE_STORE_LOCK_UNAVAILABLE` and `FLYTE_STORE_LOCK_LOST`
 *
 * @example
 * ```ts
 * import { firstAvailable } from '@flyte-js/token-store'
 * import { fileStore } from '@flyte-js/token-store/file'
 * import { keyringStore } from '@flyte-js/token-store/keyring'
 *
 * const store = firstAvailable([keyringStore({ endpoint: 'flyte.example.com' }), fileStore()])
 * ```
 */
export function keyringStore({
  endpoint,
  timeout = 30_000,
  lockDirectory,
  onEvent,
  clock = systemClock,
}: KeyringStoreOptions): TokenStore {
  const service = keyringService(endpoint)
  const entries = loginEntries(keyringEntries({ service, timeout, onEvent }), { clock, onEvent })
  const lock = keyringLock({ directory: lockDirectory, clock, onEvent })
  /** Calls of this process one after another: each touches four entries. */
  const queue = createMutex()

  /** Whether a login is another key's; flytekit's is everybody's. */
  const isForeign = (login: KeyringLogin | undefined, key: string) =>
    login?.key !== undefined && login.key !== hash(key)

  const store: LockedTokenStore = {
    get: (key) =>
      queue.run(service, async () => {
        const login = await entries.read()
        return isForeign(login, key) ? undefined : login?.tokenSet
      }),
    set: (key, tokenSet) => queue.run(service, () => entries.write(key, tokenSet)),
    delete: (key) =>
      queue.run(service, async () => {
        if (isForeign(await entries.read(), key)) return
        await entries.remove()
      }),
  }

  return {
    name: 'keyring',
    ...store,
    // One login an endpoint, so one lock, whatever the key.
    withLock: (_key, critical, options) =>
      lock.run(service, async (isHeld) => critical(fence('keyring', store, isHeld)), options),
  }
}
