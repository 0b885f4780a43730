import { type TokenSet, TokenStoreError } from '@flyte-js/core'
import * as z from 'zod/mini'
import type { Sealer } from './seal.js'
import { parseStoredTokenSet } from './stored-token-set.js'

const format = 'flyte-js token file'
const version = 1
const sealedBy = 'AES-256-GCM'
const plaintext = 'none: these tokens are plaintext; the encryptionKey option encrypts them'

const schema = z.object({
  format: z.literal(format),
  version: z.number(),
  encryption: z.optional(z.string()),
  key: z.optional(z.string()),
  forgetAt: z.optional(z.number()),
  tokenSet: z.optional(z.unknown()),
  sealed: z.optional(z.string()),
})

/** What stands in a token file: a header for whoever opens it, then the tokens. */
export async function encodeTokenFile(
  key: string,
  tokenSet: TokenSet,
  sealer: Sealer | undefined,
  forgetAt?: number,
): Promise<string> {
  const head = { format, version, encryption: sealer ? sealedBy : plaintext, key, forgetAt }
  const content = sealer ? { ...head, sealed: await sealer.seal(JSON.stringify(tokenSet), key) } : { ...head, tokenSet }
  return `${JSON.stringify(content, undefined, 2)}\n`
}

/**
 * Reads a token file.
 *
 * @returns `undefined` for one that is half written or not of this store
 * @throws TokenStoreError `FLYTE_STORE_DECRYPTION_FAILED` without its encryption key, `FLYTE_STORE_READ_FAILED` for one of a later format
 */
export async function decodeTokenFile(
  path: string,
  text: string,
  key: string,
  sealer: () => Promise<Sealer | undefined>,
): Promise<{ tokenSet: TokenSet; isPlaintext: boolean } | undefined> {
  const content = schema.safeParse(parseJson(text)).data
  if (content === undefined) return undefined
  if (content.version !== version) {
    const message = `The token file ${path} has format ${content.version}, and this flyte-js reads ${version}. Use the flyte-js that wrote it, or remove it and log in again`
    throw new TokenStoreError('FLYTE_STORE_READ_FAILED', message, { store: 'file' })
  }
  // One that was copied to another key's place: its refresh token belongs to another login.
  if (content.key !== key) return undefined
  const isPlaintext = content.sealed === undefined
  const tokenSet = parseStoredTokenSet(
    content.sealed === undefined ? content.tokenSet : parseJson(await open(path, content.sealed, key, await sealer())),
  )
  return tokenSet && { tokenSet, isPlaintext }
}

/** Whether a text is that of a token file which nobody needs any more, whoever wrote it. */
export function isForgotten(text: string, now: number): boolean {
  const { data } = schema.safeParse(parseJson(text))
  return data?.version === version && data.forgetAt !== undefined && data.forgetAt <= now
}

async function open(path: string, sealed: string, key: string, sealer: Sealer | undefined): Promise<string> {
  if (sealer !== undefined) return sealer.open(sealed, key)
  const message = `The token file ${path} is encrypted, and fileStore was given no \`encryptionKey\`. Give the one that it was stored with, or remove the file and log in again`
  throw new TokenStoreError('FLYTE_STORE_DECRYPTION_FAILED', message, { store: 'file' })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
