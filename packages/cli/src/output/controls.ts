/**
 * A text without characters that would steer a terminal: what a server says may be anybody's.
 *
 * @param options - `keep`: those that may stay, e.g. line breaks. Default: none; each becomes a space
 */
export function withoutControls(text: string, { keep = '' } = {}): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => (keep.includes(character) ? character : ' '))
}
