/** A refusal in the words of the server, fit for an error. */
export interface ServerRefusal {
  /** The `error` of the answer, without what a terminal would act upon. */
  oauthError: string
  /** The `error_description`, in the same way; at most 500 characters. */
  oauthErrorDescription?: string
  /** Both, for a message: `access_denied (You may not enter)`. */
  words: string
}

/**
 * Makes an `error` and its `error_description` (RFC 6749 sections 4.1.2.1 and 5.2) fit for an error.
 *
 * @param error - the `error` that the server gave
 * @param description - its `error_description`; what is no text counts as none
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
 * it repeats a secret that it was sent. A part that was cut out of it would only be guessed at.
 *
 * @param secrets - the texts that were sent
 */
function serverText(text: string, secrets: readonly string[]): string {
  const readings = [text, text.replaceAll('+', ' ')].flatMap((each) => [each, percentDecoded(each)]).map(bare)
  const isSecret = (secret: string) => secret.length > 2 && readings.some((each) => each.includes(secret))
  if (secrets.map(bare).some(isSecret)) return '(withheld: it repeats a secret)'
  return text.replace(unfit, ' ').slice(0, 500)
}

/** A text as it may be repeated: in the other case, and in wrapped lines. */
function bare(text: string): string {
  return text.replace(/\s/g, '').toLowerCase()
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
