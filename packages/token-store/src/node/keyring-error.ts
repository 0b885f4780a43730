import { type FlyteErrorCode, TokenStoreError } from '@flyte-js/core'

/** What was to be done with an entry. */
export type KeyringOperation = 'read' | 'write'

/** Whether two entries answer to one name; the text is that of the Rust crate `keyring`. */
export function isAmbiguous(error: unknown): boolean {
  return /matched by \d+ credentials/.test(messageOf(error))
}

/**
 * Says what an error of the keyring means. Without D-Bus, or locked, it cannot be used at all.
 *
 * @param error - of `@napi-rs/keyring`, whose codes are all `GenericFailure`, so that its texts must tell
 */
export function keyringError(error: unknown, operation: KeyringOperation): TokenStoreError {
  if (TokenStoreError.isInstance(error)) return error
  const text = messageOf(error)
  if (/\bD-?Bus\b/i.test(text))
    return unavailable('no D-Bus session runs, or no Secret Service on it. Start gnome-keyring or another one', error)
  if (/access platform (secure )?storage|dismissed|locked/i.test(text))
    return unavailable('it is locked, and was not unlocked. Unlock it', error)
  if ((error as { killed?: boolean }).killed)
    return unavailable('secret-tool has not ended in time. Answer its prompt', error)
  if (isAmbiguous(error)) {
    const message =
      'The keyring holds two entries of one name, and secret-tool, which could merge them, is not installed. Install it (apt-get install libsecret-tools), or delete one of them'
    return new TokenStoreError(failed(operation), message, { store: 'keyring', cause: error })
  }
  const message =
    operation === 'read'
      ? 'The keyring does not give out an entry. See its own log'
      : 'The keyring does not take an entry, e.g. since the token is longer than it allows (1,280 characters on Windows). Use another store for it'
  return new TokenStoreError(failed(operation), message, { store: 'keyring', cause: error })
}

/** The error of a keyring that cannot be used at all: `firstAvailable` goes on to the next store. */
export function unavailable(why: string, cause?: unknown): TokenStoreError {
  const message = `The keyring cannot be used: ${why}, or use another store`
  return new TokenStoreError('FLYTE_STORE_UNAVAILABLE', message, { store: 'keyring', cause })
}

function failed(operation: KeyringOperation): FlyteErrorCode {
  return operation === 'read' ? 'FLYTE_STORE_READ_FAILED' : 'FLYTE_STORE_WRITE_FAILED'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
