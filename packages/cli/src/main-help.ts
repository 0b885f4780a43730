import { createProgram } from './program.js'
import { isTerminalOut, writeAtOnce } from './write-at-once.js'

/**
 * Says what `flyte-js --help` says, where it goes to no terminal: that is as wide as it is.
 *
 * @returns whether it was said
 */
export function writeMainHelp(env: NodeJS.ProcessEnv): boolean {
  if (isTerminalOut()) return false
  let help = ''
  const gathered = {
    write: (text: string) => {
      help += text
    },
  }
  const nobody = { isTerminal: false, isErrorTerminal: false, columns: undefined, signal: new AbortController().signal }
  const io = { env, stdout: gathered, stderr: gathered, stdin: () => process.stdin, ...nobody }
  createProgram(io).program.outputHelp()
  return writeAtOnce(help)
}
