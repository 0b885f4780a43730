import stringWidth from 'string-width'

/** Cuts a line at a width; colours in it take no room, and end with it. */
export function cutLine(line: string, width: number): string {
  if (stringWidth(line) <= width) return line
  let kept = ''
  let used = 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  for (const [part] of line.matchAll(/\u001b\[\d*m|./gsu)) {
    const isColour = part.startsWith('\u001b[')
    const next = used + (isColour ? 0 : stringWidth(part))
    // What is behind the cut is dropped, but for the colours, which would go on below.
    if (isColour || next <= width - 1) kept += part
    else if (used < width) kept += '…'
    used = isColour ? used : next <= width - 1 ? next : width
  }
  return kept
}
