import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { TokenStoreError } from '@flyte-js/core'
import { fileError, insecure } from './file-error.js'
import { createSealer, type Sealer } from './seal.js'

/**
 * Where an encryption key comes from: the key itself, an environment variable, a file (the whitespace around it is no part of it),
 * or a function, e.g. one that asks a keyring.
 */
export type EncryptionKeySource = string | { env: string } | { file: string } | (() => Promise<string>)

/**
 * Fetches an encryption key.
 *
 * @throws TokenStoreError `FLYTE_INVALID_ARGUMENT` for a variable that is not set, `FLYTE_STORE_READ_FAILED` for a file or a
 * function that fails, `FLYTE_STORE_INSECURE` for a file that others can read
 */
async function readEncryptionKey(source: EncryptionKeySource): Promise<string> {
  if (typeof source === 'string') return source
  if (typeof source === 'function') {
    try {
      return await source()
    } catch (error) {
      throw fileError('FLYTE_STORE_READ_FAILED', 'The function given as `encryptionKey` failed', error)
    }
  }
  if ('env' in source) {
    const key = process.env[source.env]?.trim()
    if (key) return key
    const message = `The environment variable ${source.env}, which is to hold the encryption key of the file store, is not set. Set it, e.g. to the output of: openssl rand -base64 32`
    throw new TokenStoreError('FLYTE_INVALID_ARGUMENT', message, { store: 'file' })
  }
  return readKeyFile(resolve(source.file))
}

async function readKeyFile(path: string): Promise<string> {
  try {
    // Symbolic links are followed: Kubernetes mounts secrets as such. What counts is whose file it is in the end.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const { mode, uid } = await handle.stat()
      const user = process.geteuid?.()
      if (user !== undefined) {
        // Kubernetes' secrets are root's, and their group is the pod's.
        const forbidden = uid === 0 && user !== 0 ? 0o037 : 0o077
        const cure = 'Make it yours alone (chmod 600), and choose another key: that one may be known'
        if ((mode & forbidden) !== 0) throw insecure(`The encryption key's file ${path} can be used by others`, cure)
        if (uid !== user && uid !== 0) throw insecure(`The encryption key's file ${path} belongs to another user`, cure)
      }
      return (await handle.readFile('utf8')).trim()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw fileError('FLYTE_STORE_READ_FAILED', `The encryption key's file ${path} cannot be read`, error)
  }
}

/** The sealer is made at its first use, because its key may have to be fetched. */
export function lazySealer(source: EncryptionKeySource | undefined): () => Promise<Sealer | undefined> {
  if (source === undefined) return async () => undefined
  if (typeof source === 'string') {
    const sealer = createSealer(source, 'file')
    return async () => sealer
  }
  const make = async () => createSealer(await readEncryptionKey(source), 'file')
  let made: Promise<Sealer> | undefined
  return () => {
    // After a failure the next call asks again: a keyring may be unlocked by then.
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}
