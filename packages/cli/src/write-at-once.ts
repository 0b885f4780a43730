import { writeSync } from 'node:fs'

/**
 * Writes to stdout without making a stream of it, which takes as long as finding a stored token.
 *
 * @returns whether it was written, or nobody is there any more to read it
 */
export function writeAtOnce(bytes: Uint8Array): boolean {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // Whoever read has enough of it (`| head`).
      if (code === 'EPIPE') return true
      if (code !== 'EAGAIN') return false
      // A pipe that is full, and does not wait: a stream does, and has the rest.
      process.stdout.on('error', () => {}).write(bytes.subarray(written))
      return true
    }
  }
  return true
}
