import type { Session } from '../session.js'
import { consoleUrl } from './console-url.js'
import { executionId } from './names.js'

/** `open <execution>`: prints where it is in the console, and on a terminal has a browser open it. Flyte Admin is not asked. */
export async function openExecution(session: Session, execution: string): Promise<void> {
  const { io } = session
  const url = consoleUrl(await session.resolution(), await executionId(session, execution))
  io.stdout.write(`${url}\n`)
  if (!io.isTerminal || io.env.CI) return
  const { openBrowser } = await import('./open-browser.js')
  const failure = await openBrowser(url)
  if (failure !== undefined) session.tell(`No browser was opened: ${failure}. Open the URL yourself`)
}
