import { exitCodes } from './exit-code.js'
import { Interruption, processIo } from './io.js'
import { run } from './run.js'

/** The command `flyte-js`, as the whole of a process. */
export async function main(): Promise<void> {
  const ending = new AbortController()
  // Only once: who presses Ctrl-C twice means it.
  process.once('SIGINT', () => ending.abort(new Interruption()))
  // Whoever read the answer has enough of it (`| head`).
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1))
  const code = await run(process.argv.slice(2), processIo(process, ending.signal))
  // What was interrupted may have left something that would go on.
  if (code === exitCodes.interrupted) process.exit(code)
  process.exitCode = code
  // A prompt that nobody answers, e.g. the keyring's, would hold the process up for as long as it is shown. A renewal that is under way
  // has the time of a slow request: what it brings must not be lost.
  setInterval(() => process.stdout.writableLength > 0 || process.exit(code), 5_000).unref()
}
