import type { Session } from '../session.js'

/** `token [--header]`: nothing is loaded here but what has a token that is good. */
export async function token(session: Session, { isHeader }: { isHeader: boolean }): Promise<void> {
  const { io, signal } = session
  const login = await session.login()
  const { accessToken } = await session.busy('Getting a token', login.getToken({ signal }))
  io.stdout.write(isHeader ? `${login.headerName}: Bearer ${accessToken}\n` : `${accessToken}\n`)
}
