// Text as Python sees it, since flytekit's files are what Python reads: other characters are white space than in JavaScript
// (U+0085 and U+001C to U+001F are, U+FEFF is not), and a file's lines end in three ways.

/** What `str.isspace()` is true for. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts them as white space
const whiteSpace = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

/** Where the first character is that is no white space. */
export function indentOf(text: string): number {
  let index = 0
  while (whiteSpace.test(text.charAt(index))) index += 1
  return index
}

/** `str.strip()`. A loop, because `\s+$` takes quadratic time on long runs of spaces. */
export function strip(text: string): string {
  let end = text.length
  while (whiteSpace.test(text.charAt(end - 1))) end -= 1
  const stripped = text.slice(0, end)
  return stripped.slice(indentOf(stripped))
}

/** What opening a file in text mode does to its line breaks. */
export function universalNewlines(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}

/** A byte order mark is no part of a text, though Python leaves it there. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '')
}
