import { md5 } from '@noble/hashes/legacy.js'

/** Bytes that are hashed in one go: about ten milliseconds of a page's time. */
const chunkSize = 1_048_576

/** The MD5 of a file in base64, read piece by piece. Browsers have none of their own: `crypto.subtle` leaves it out. */
export async function md5Of(file: Blob, signal?: AbortSignal): Promise<string> {
  const hash = md5.create()
  for (let begin = 0; begin < file.size; begin += chunkSize) {
    hash.update(new Uint8Array(await file.slice(begin, begin + chunkSize).arrayBuffer()))
    if (signal?.aborted) throw signal.reason
  }
  return btoa(String.fromCharCode(...hash.digest()))
}
