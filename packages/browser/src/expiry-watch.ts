/** Notices when a session is over, and says so once, however many requests were under way. */
export interface ExpiryWatch {
  /** A request begins; what is learned from its answer counts as of now. */
  begin(): number
  /** A request that began then found nobody signed in. */
  refused(begun: number): void
  /** A request that began then found somebody signed in. */
  signedIn(begun: number): void
  /** A request that began then asked whether somebody is, and heard no: only the end of a session that was known is news. */
  signedOut(begun: number): void
}

/**
 * Makes one.
 *
 * @param tell - hears of the end of a session
 */
export function createExpiryWatch(tell: () => void): ExpiryWatch {
  let requests = 0
  let aliveSince = 0
  /** How many requests had begun when the session was found to be over. */
  let overSince: number | undefined

  const end = (begun: number, isNews: boolean) => {
    // One that began before somebody signed in again knows nothing of that.
    if (overSince !== undefined || begun < aliveSince) return
    overSince = requests
    if (isNews) tell()
  }
  return {
    begin: () => ++requests,
    refused: (begun) => end(begun, true),
    signedOut: (begun) => end(begun, aliveSince > 0),
    signedIn(begun) {
      // Nor does one that began before the session was over know of its end.
      if (begun <= (overSince ?? 0)) return
      overSince = undefined
      aliveSince = begun
    },
  }
}
