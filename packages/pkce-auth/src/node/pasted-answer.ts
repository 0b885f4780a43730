import { originAndPath } from '@flyte-js/core'
import type { LoginAnswer } from './login-answer.js'
import { hearLines } from './pasted-lines.js'

/** What {@link takePastedAnswer} works with. */
export interface PasteOptions {
  redirectUri: string
  answer: LoginAnswer
  /** Tells the person, a line each. What was pasted is never in it. */
  print(line: string): void
  /** Hears why something pasted was refused. */
  onRefused(reason: string): void
}

/**
 * Takes the answer to a login from a person, who has it in the address of a browser that could not come back here: one on another
 * machine.
 *
 * @returns what stops it
 */
export function takePastedAnswer(input: NodeJS.ReadableStream, options: PasteOptions): () => void {
  const { redirectUri, answer, print, onRefused } = options
  const place = originAndPath(redirectUri)
  const invite = () =>
    print(
      `If the browser cannot come back here, paste the address that it was sent to, which begins with ${place}?, and press Enter. It will not be shown`,
    )
  const onLine = (line: string) => {
    const url = pastedUrl(line, redirectUri)
    // Enter alone.
    if (url === undefined) return
    const taking = answer.take(url)
    if (answer.isTaken()) return stop()
    taking.then((notTaken) => {
      if (notTaken === undefined) return
      onRefused(`What was pasted was refused: ${notTaken.reason}`)
      print(`That was not taken: ${notTaken.reason}. Paste the whole address, which begins with ${place}?`)
    })
  }
  const stop = hearLines(input, { onLine, onReturn: invite })
  invite()
  return stop
}

/**
 * The URL that a person means: with or without the scheme, in quotes, with blanks around it or line breaks in it, or its query
 * alone.
 *
 * @returns `undefined` for nothing
 */
export function pastedUrl(text: string, redirectUri: string): string | undefined {
  const bare = text
    // What a terminal puts around a paste; it has lost its escape.
    .replace(/^\[200~|\[201~$/g, '')
    .replace(/\s+/g, '')
    .replace(/^["'`<]+|["'`>]+$/g, '')
  if (bare === '') return undefined
  const isWhole = /^https?:\/\//i.test(bare)
  const isQuery = /^[?/]/.test(bare) || /^\w+=/.test(bare)
  const url = isWhole ? bare : isQuery ? bare.replace(/^(?![?/])/, '?') : `http://${bare}`
  // What is no URL is no answer either, whatever it is.
  return URL.canParse(url, redirectUri) ? new URL(url, redirectUri).href : 'about:invalid'
}
