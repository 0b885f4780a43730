import { TokenStoreError } from '@flyte-js/core'

/** Encrypts texts for storage and opens them again. */
export interface Sealer {
  /**
   * @param text - what to encrypt
   * @param place - what it belongs to, e.g. the key: moved to another place it does not open
   */
  seal(text: string, place: string): Promise<string>
  /** @throws TokenStoreError `FLYTE_STORE_DECRYPTION_FAILED` when the key is another one, or the text or its place was changed */
  open(sealed: string, place: string): Promise<string>
}

/** Fewest characters of an encryption key: 32 characters of base64 hold 192 bits. */
const shortest = 32

/**
 * Encryption at rest by AES-256-GCM, with a key derived by HKDF-SHA-256 (RFC 5869).
 *
 * @param key - at least 32 characters of high entropy, e.g. of `openssl rand -base64 32`; it is not stretched, so a password
 * is none
 * @param store - the store's name, for errors
 * @throws TokenStoreError `FLYTE_INVALID_ARGUMENT` for a shorter key
 */
export function createSealer(key: string, store: string): Sealer {
  if (key.length < shortest) {
    const message = `The encryption key of the ${store} store has ${key.length} characters; it needs at least ${shortest}. Make one with: openssl rand -base64 32`
    throw new TokenStoreError('FLYTE_INVALID_ARGUMENT', message, { store })
  }
  const encoder = new TextEncoder()
  const derived = crypto.subtle
    .importKey('raw', encoder.encode(key), 'HKDF', false, ['deriveKey'])
    .then((material) =>
      crypto.subtle.deriveKey(
        { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode('flyte-js token store v1') },
        material,
        { name: 'AES-GCM', length: 256 },
        false,
        ['encrypt', 'decrypt'],
      ),
    )
  const parameters = (iv: Uint8Array, place: string) => ({
    name: 'AES-GCM',
    iv: iv as BufferSource,
    additionalData: encoder.encode(place),
  })

  return {
    async seal(text, place) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const sealed = await crypto.subtle.encrypt(parameters(iv, place), await derived, encoder.encode(text))
      return Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64')
    },
    async open(sealed, place) {
      const bytes = Buffer.from(sealed, 'base64')
      try {
        const opened = await crypto.subtle.decrypt(
          parameters(bytes.subarray(0, 12), place),
          await derived,
          bytes.subarray(12),
        )
        return new TextDecoder().decode(opened)
      } catch (cause) {
        const message = `What the ${store} store holds does not open with this encryption key. Give the key that it was stored with, or delete it and log in again`
        throw new TokenStoreError('FLYTE_STORE_DECRYPTION_FAILED', message, { store, cause })
      }
    },
  }
}
