import { lastsAWhile } from '../lasts-a-while.js'
import type { Session } from '../session.js'

/** `token [--header]`: nothing is loaded here but what has a token that is good. */
export async function token(session: Session, { isHeader }: { isHeader: boolean }): Promise<void> {
  const { io, signal } = session
  const login = await session.login()
  const { accessToken } = await session.busy('Getting a token', lastingToken())
  io.stdout.write(isHeader ? `${login.headerName}: Bearer ${accessToken}\n` : `${accessToken}\n`)

  async function lastingToken() {
    const stored = await login.peek()
    const tokenSet = await login.getToken({ signal })
    // A new one lasts as long as any would.
    if (lastsAWhile(tokenSet) || tokenSet.accessToken !== stored?.accessToken) return tokenSet
    // One that is about to end is better than none.
    return login.getToken({ signal, rejected: tokenSet.accessToken }).catch((error: unknown) => {
      signal.throwIfAborted()
      if ((tokenSet.expiresAt ?? 0) <= Date.now()) throw error
      return tokenSet
    })
  }
}
