import { fstatSync, writeSync } from 'node:fs'

/** Whether a person reads stdout: then there are colours, and lines have an end. */
export function isTerminalOut(): boolean {
  return fstatSync(1).isCharacterDevice()
}

/**
 * Writes to stdout without making a stream of it, which takes as long as finding a stored token.
 *
 * @returns whether it was written, or nobody is there any more to read it
 */
export function writeAtOnce(text: string): boolean {
  const bytes = Buffer.from(text)
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
