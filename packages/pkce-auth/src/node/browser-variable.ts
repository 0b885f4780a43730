/** A program and its arguments. */
export type CommandLine = readonly [string, ...string[]]

/**
 * Reads `BROWSER` as Python's `webbrowser` does: command lines, one or several with the path delimiter between them, quoted as in a
 * shell; no shell ever sees them. `%s` stands for the URL, which is the last argument where there is none. A `&` at a command's end
 * is left out: browsers are never waited for.
 *
 * Unlike there, a delimiter between quotes separates nothing, and a command without `%s` may have arguments.
 *
 * @param delimiter - `;` on Windows, where a backslash is part of a path
 * @returns `undefined` where a quote is not closed
 */
export function parseBrowserVariable(text: string, delimiter: ':' | ';'): CommandLine[] | undefined {
  const escaping = delimiter === ':' ? '\\' : undefined
  const commands: string[][] = [[]]
  let word: string | undefined
  let quote: string | undefined
  const endWord = () => {
    if (word !== undefined) commands.at(-1)?.push(word)
    word = undefined
  }
  const characters = [...text]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string
    const next = characters[at + 1]
    if (character === escaping && quote !== "'" && next !== undefined) {
      // Between double quotes a backslash escapes a quote and itself, and else stands for itself.
      word = `${word ?? ''}${quote === undefined || next === '"' || next === escaping ? '' : character}${next}`
      at++
    } else if (character === quote) {
      quote = undefined
    } else if (quote !== undefined) {
      word += character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      endWord()
    } else if (character === delimiter) {
      endWord()
      commands.push([])
    } else {
      word = `${word ?? ''}${character}`
    }
  }
  if (quote !== undefined) return undefined
  endWord()
  return commands.flatMap((words): CommandLine[] => {
    const [program, ...args] = words.at(-1) === '&' ? words.slice(0, -1) : words
    return program ? [[program, ...args]] : []
  })
}

/** The command line that opens a URL. */
export function withUrl([program, ...args]: CommandLine, url: string): CommandLine {
  const hasPlace = args.some((each) => each.includes('%s'))
  return hasPlace ? [program, ...args.map((each) => each.replaceAll('%s', () => url))] : [program, ...args, url]
}
