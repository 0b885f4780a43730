import { FlyteError } from '@flyte-js/core'
import type { Session } from './session.js'

/**
 * Asks a person for a line, on stderr.
 *
 * @returns what was typed, without spaces around it
 * @throws FlyteError `FLYTE_INVALID_ARGUMENT` where the terminal has ended (Ctrl-D); the signal's reason on Ctrl-C
 */
export async function ask({ io, signal }: Session, question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const input = io.stdin()
  const lines = createInterface({ input, output: io.stderr as NodeJS.WritableStream, terminal: false })
  const ended = new Promise<never>((_, reject) => {
    lines.once('close', () => {
      const message = 'The answer is missing: say it by a flag (--help shows them)'
      reject(signal.aborted ? signal.reason : new FlyteError('FLYTE_INVALID_ARGUMENT', message))
    })
  })
  try {
    return (await Promise.race([lines.question(question, { signal }), ended])).trim()
  } finally {
    ended.catch(() => {})
    lines.close()
    // An input that is still read would keep the process.
    input.pause()
  }
}
