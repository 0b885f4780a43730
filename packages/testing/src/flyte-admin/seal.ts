// Secrets that travel through a browser and back: encrypted and signed at once, so that only this server can read or make them.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** A key of 32 bytes. */
export type SealingKey = Uint8Array

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/**
 * Seals a text.
 *
 * @param purpose What it is for: it can be opened for the same purpose only.
 */
export function seal(text: string, purpose: string, key: SealingKey): string {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(purpose))
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** Opens what was sealed; `undefined` when it was not sealed with this key for this purpose. */
export function open(sealed: string, purpose: string, key: SealingKey): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < nonceLength + tagLength) return undefined
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceLength)).setAAD(Buffer.from(purpose))
  decipher.setAuthTag(bytes.subarray(-tagLength))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]).toString()
  } catch {
    return undefined
  }
}
