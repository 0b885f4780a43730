import { isHelpAlone, isTokenAlone } from './fast-ways.js'

/** The command `flyte-js`, as the whole of a process. */
export async function start(): Promise<void> {
  const parameters = process.argv.slice(2)
  if (isTokenAlone(parameters)) {
    const { writeStoredToken } = await import('./stored-token.js')
    if (await writeStoredToken(parameters.length > 1, process.env)) return
  }
  if (isHelpAlone(parameters)) {
    const { writeMainHelp } = await import('./main-help.js')
    if (writeMainHelp(process.env)) return
  }
  const { main } = await import('./main.js')
  await main()
}
