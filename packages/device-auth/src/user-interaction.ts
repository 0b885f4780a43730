/** What a person is shown (RFC 8628 section 3.3). */
export interface DevicePrompt {
  /** Where to go with any browser: an http or https URL, short enough to be typed. */
  verificationUri: string
  /**
   * The same with the code in it, to be opened, clicked or scanned instead (section 3.3.1); absent where the server gives none.
   * Show the code beside it, so that the person can tell that the page asks for this login and no other.
   */
  verificationUriComplete?: string
  /** What to type there, or to compare with what is there. */
  userCode: string
  /** Until when the login must be confirmed, in epoch milliseconds. */
  expiresAt: number
}

/**
 * Shows the prompt, and does not wait for it: the person may confirm while a dialog is still open, or a message on its way. Where
 * it cannot be shown, nobody has seen the code, and what runs meanwhile is ended with that error.
 *
 * @param run - what comes of the login, under a signal of its own
 */
export function whilePrompting<Result>(
  onPrompt: (prompt: DevicePrompt) => void | Promise<void>,
  prompt: DevicePrompt,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const unseen = new AbortController()
  const show = async () => onPrompt(prompt)
  show().catch((error) => unseen.abort(error))
  return run(signal ? AbortSignal.any([signal, unseen.signal]) : unseen.signal)
}
