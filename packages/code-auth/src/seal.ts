import type { Clock } from '@flyte-js/core'
import { base64url, decodeProtectedHeader, EncryptJWT, jwtDecrypt } from 'jose'

/** What a cookie is for. It is inside the seal, and has a key of its own: a cookie for one thing is nothing for another. */
export type Purpose = 'login' | 'session'

/** From when until when something sealed is good, in epoch milliseconds; kept to the second. */
export interface SealTimes {
  start: number
  expires: number
}

/** Something that was opened. */
export interface Opened extends SealTimes {
  content: Readonly<Record<string, unknown>>
  /** Whether a key sealed it that is not the first any more: it should be sealed anew. */
  isOldKey: boolean
}

/** Seals and opens what a browser keeps for us. */
export interface Sealer {
  /** A JWE (RFC 7516): letters, digits, `-`, `_` and `.`. */
  seal(purpose: Purpose, content: Readonly<Record<string, unknown>>, times: SealTimes): Promise<string>
  /** `undefined` for whatever is not ours, was changed, is for another purpose, or has expired. It never throws. */
  open(purpose: Purpose, sealed: string): Promise<Opened | undefined>
}

interface SealKey {
  id: string
  keys: Readonly<Record<Purpose, CryptoKey>>
}

/** Characters: more than all chunks of one cookie hold. */
const longest = 20_000

/**
 * Makes a sealer: JWE with `dir` and A256GCM (RFC 7518 sections 4.5 and 5.3), its keys derived by HKDF-SHA-256 (RFC 5869), one
 * for each purpose.
 *
 * @param secrets - the first seals, all open
 */
export function createSealer(secrets: readonly string[], clock: Clock): Sealer {
  let derived: Promise<SealKey[]> | undefined
  // Not before it is needed: importing and configuring does nothing.
  const ring = () => {
    derived ??= Promise.all(secrets.map(deriveKey))
    return derived
  }
  return {
    async seal(purpose, content, { start, expires }) {
      const [first] = await ring()
      if (first === undefined) throw new TypeError('no key')
      return new EncryptJWT({ ...content })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.id })
        .setAudience(purpose)
        .setIssuedAt(Math.floor(start / 1000))
        .setExpirationTime(Math.floor(expires / 1000))
        .encrypt(first.keys[purpose])
    },
    async open(purpose, sealed) {
      if (sealed.length > longest) return undefined
      const all = await ring()
      try {
        const { kid } = decodeProtectedHeader(sealed)
        const index = all.findIndex(({ id }) => id === kid)
        const key = all[index]
        if (key === undefined) return undefined
        const { payload } = await jwtDecrypt(sealed, key.keys[purpose], {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
          audience: purpose,
          requiredClaims: ['iat', 'exp'],
          currentDate: new Date(clock.now()),
        })
        const { aud: _, iat = 0, exp = 0, ...content } = payload
        return { content, start: iat * 1000, expires: exp * 1000, isOldKey: index > 0 }
      } catch {
        // Why it does not open is nobody's business but that of who made it.
        return undefined
      }
    },
  }
}

async function deriveKey(secret: string): Promise<SealKey> {
  const encode = (text: string) => new TextEncoder().encode(text)
  const base = await crypto.subtle.importKey('raw', encode(secret), 'HKDF', false, ['deriveKey', 'deriveBits'])
  const hkdf = (info: string) => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encode(`flyte-js code-auth ${info}`),
  })
  const keyFor = (purpose: Purpose) =>
    crypto.subtle.deriveKey(hkdf(purpose), base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const [id, login, session] = await Promise.all([
    crypto.subtle.deriveBits(hkdf('key id'), base, 64),
    keyFor('login'),
    keyFor('session'),
  ])
  return { id: base64url.encode(new Uint8Array(id)), keys: { login, session } }
}
