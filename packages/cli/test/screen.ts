/** What a terminal shows after a text was written to it: the few sequences that ours writes, without colours. */
export function screenOf(text: string): { readonly lines: readonly string[]; readonly hasCursor: boolean } {
  const lines: string[] = ['']
  let row = 0
  let column = 0
  let hasCursor = true
  // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with one
  for (const [part, count = '1', kind] of text.matchAll(/\u001b\[\??(\d*)([A-Za-z])|./gsu)) {
    if (kind === 'A') row -= Number(count || 1)
    else if (kind === 'G') column = Number(count || 1) - 1
    else if (kind === 'K') lines[row] = count === '2' ? '' : (lines[row] ?? '').slice(0, column)
    else if (kind === 'J') lines.splice(row + 1)
    else if (kind === 'l' || kind === 'h') hasCursor = kind === 'h'
    else if (kind !== undefined) continue
    else if (part === '\r') column = 0
    else if (part === '\n') {
      row += 1
      column = 0
      lines[row] ??= ''
    } else {
      const line = lines[row] ?? ''
      lines[row] = line.slice(0, column).padEnd(column) + part + line.slice(column + 1)
      column += 1
    }
  }
  return { lines: lines.filter((line) => line !== ''), hasCursor }
}
