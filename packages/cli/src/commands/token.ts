import { hasEnded, lastsAWhile } from '../lasts-a-while.js'
import type { Session } from '../session.js'

/** `token [--header]`: nothing is loaded here but what has a token that is good. */
export async function token(session: Session, { isHeader }: { isHeader: boolean }): Promise<void> {
  const { io, signal } = session
  const login = await session.login()
  const { accessToken } = await session.busy('Getting a token', lastingToken())
  io.stdout.write(isHeader ? `${login.headerName}: Bearer ${accessToken}\n` : `${accessToken}\n`)

  async function lastingToken() {
    const stored = await login.peek()
    const isAboutToEnd = stored !== undefined && !hasEnded(stored) && !lastsAWhile(stored)
    const tokenSet = await login.getToken({ signal })
    if (!isAboutToEnd || tokenSet.accessToken !== stored.accessToken) return tokenSet
    return login.getToken({ signal, rejected: tokenSet.accessToken }).catch((error: unknown) => {
      signal.throwIfAborted()
      // Better than none.
      if (!hasEnded(tokenSet)) return tokenSet
      throw error
    })
  }
}
