/** Longest readable part: with the hash and what is put behind it, far below the 255 bytes of a file name. */
const readable = 64

/**
 * The name under which a key's files lie: a readable part, and a hash that keeps keys apart which are the same to a file
 * system that ignores case, or that differ only in what no file name may hold.
 *
 * Dots are replaced too, because Windows takes `con.anything` for a device.
 */
export async function fileName(key: string): Promise<string> {
  const part = key
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '_')
    .slice(0, readable)
  // UTF-16, because UTF-8 makes the same of all lone surrogates.
  // Web Crypto, which is there already for the key: `node:crypto` as a whole takes six milliseconds to load.
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(key, 'utf16le'))
  const hash = Buffer.from(digest).toString('hex').slice(0, 16)
  return `${part || '_'}-${hash}`
}

/** Whether a name is one that this store gives, in its directory or in that of a lock. */
export function isOurName(name: string): boolean {
  return /^[a-z0-9_-]+-[0-9a-f]{16}\.(?:json|lock)(?:\.|$)|^\d+$|^wait-/.test(name)
}
