import { fstatSync, readFileSync } from 'node:fs'
import { isHelpAlone, isTokenAlone } from './fast-ways.js'
import { writeAtOnce } from './write-at-once.js'

/** The command `flyte-js`, as the whole of a process. */
export async function start(): Promise<void> {
  const parameters = process.argv.slice(2)
  if (isTokenAlone(parameters)) {
    const { writeStoredToken } = await import('./stored-token.js')
    if (await writeStoredToken(parameters.length > 1, process.env)) return
  }
  if (isHelpAlone(parameters)) {
    // On a terminal it is as wide as that.
    if (!fstatSync(1).isCharacterDevice() && writeAtOnce(readFileSync(new URL('main-help.txt', import.meta.url))))
      return
  }
  const { main } = await import('./main.js')
  await main()
}
