/** A refusal in the words of the server, fit for an error. */
export interface ServerRefusal {
  oauthError: string
  oauthErrorDescription?: string
  /** Both, for a message: `access_denied (You may not enter)`. */
  words: string
}

/**
 * Makes an `error` and its `error_description` (RFC 6749 sections 4.1.2.1 and 5.2) fit for an error.
 *
 * @param secrets - the texts that were sent, which it must not repeat
 */
export function serverRefusal(error: string, description: unknown, secrets: readonly string[]): ServerRefusal {
  const oauthError = serverText(error, secrets)
  if (typeof description !== 'string' || description === '') return { oauthError, words: oauthError }
  const oauthErrorDescription = serverText(description, secrets)
  return { oauthError, oauthErrorDescription, words: `${oauthError} (${oauthErrorDescription})` }
}

/** What a terminal would act upon (the C1 controls too), what breaks a line, and what turns the direction of writing. */
const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

/**
 * What a server wrote, made fit for a message: without control characters and line breaks, at most 500 characters long, and withheld whole where
 * it repeats a secret that it was sent, in whichever encoding. A part that was cut out of it would only be guessed at.
 *
 * @param secrets - the texts that were sent
 */
function serverText(text: string, secrets: readonly string[]): string {
  if (secrets.some((secret) => repeats(text, secret))) return '(withheld: it repeats a secret)'
  return text.replace(unfit, ' ').slice(0, 500)
}

function repeats(text: string, secret: string): boolean {
  if (secret.length < 3) return false
  const plain = [text, text.replaceAll('+', ' ')].flatMap((each) => [each, percentDecoded(each)])
  if (plain.some((each) => each.toLowerCase().includes(secret.toLowerCase()))) return true
  // Base64 of the header, or of anything else with the secret in it; its lines may be wrapped, its alphabet that of URLs.
  const packed = percentDecoded(text).replace(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/')
  const sent = [secret, encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)]
  return sent.flatMap(base64Anywhere).some((piece) => piece.length > 3 && packed.includes(piece))
}

/** Decodes what is percent-encoded, and leaves alone what is not quite. */
function percentDecoded(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes)
    } catch {
      return bytes
    }
  })
}

/** The characters that base64 has for a text wherever in a longer one it stands: three alignments, less what the neighbours change. */
function base64Anywhere(text: string): string[] {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text))
  return [0, 1, 2].map((before) => {
    const encoded = btoa('\0'.repeat(before) + bytes).replace(/=+$/, '')
    const isWhole = (before + bytes.length) % 3 === 0
    return encoded.slice(before === 0 ? 0 : before + 1, isWhole ? undefined : -1)
  })
}
