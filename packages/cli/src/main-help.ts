import { createProgram } from './program.js'

/** What `flyte-js --help` says where it goes to no terminal, which is as wide as it is. Written to a file when this package is built. */
export function mainHelp(): string {
  let help = ''
  const gathered = {
    write(text: string) {
      help += text
    },
  }
  const { signal } = new AbortController()
  const nobody = { env: {}, stdin: () => process.stdin, isTerminal: false, isErrorTerminal: false, columns: undefined }
  createProgram({ ...nobody, stdout: gathered, stderr: gathered, signal }).program.outputHelp()
  return help
}
