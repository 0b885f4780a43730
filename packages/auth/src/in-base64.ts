/**
 * The pieces by which a text shows in base64, wherever in a longer one it stands: three alignments, less what the neighbours
 * change, in both alphabets (RFC 4648 sections 4 and 5). A client that sends its secret in a Basic header (RFC 6749 section
 * 2.3.1) wants none of them in an error either.
 *
 * @param text - the secret
 */
export function inBase64(text: string): string[] {
  return (
    [text, encodeURIComponent(text), new URLSearchParams([['', text]]).toString().slice(1)]
      .flatMap(alignments)
      .flatMap((piece) => [piece, piece.replaceAll('+', '-').replaceAll('/', '_')])
      // What is shorter stands in texts by chance.
      .filter((piece) => piece.length > 3)
  )
}

function alignments(text: string): string[] {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text))
  return [0, 1, 2].map((before) => {
    const encoded = btoa('\0'.repeat(before) + bytes).replace(/=+$/, '')
    const isWhole = (before + bytes.length) % 3 === 0
    return encoded.slice(before === 0 ? 0 : before + 1, isWhole ? undefined : -1)
  })
}
