// The compiler, asked from a test: what Vitest runs has no types left in it.
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** What the compiler says. */
export interface Complaint {
  /** The file's name, without its folder. */
  file: string
  /** From 1 on. */
  line: number
  message: string
}

const directory = fileURLToPath(new URL('../..', import.meta.url))

/**
 * What the compiler says to files of this package, in the words of its `tsconfig.test.json`.
 *
 * @param paths Relative to the package.
 * @param texts Files that are not there, by their path.
 */
export function complaintsAbout(paths: readonly string[], texts: Readonly<Record<string, string>> = {}): Complaint[] {
  const { config } = ts.readConfigFile(`${directory}tsconfig.test.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, directory)
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists } = host
  const textAt = (path: string) => (path.startsWith(directory) ? texts[path.slice(directory.length)] : undefined)
  host.readFile = (path) => textAt(path) ?? readFile(path)
  host.fileExists = (path) => textAt(path) !== undefined || fileExists(path)
  const roots = [...paths, ...Object.keys(texts)].map((path) => directory + path)
  const program = ts.createProgram(roots, { ...options, noEmit: true }, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => ({
    file: file?.fileName.replace(/^.*\//, '') ?? '',
    line: file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1,
    message: ts.flattenDiagnosticMessageText(messageText, '\n'),
  }))
}
