import { once } from 'node:events'
import open from 'open'

/**
 * Has the system open a URL in a browser, which outlives this process. On Linux `xdg-open` heeds the variable `BROWSER`.
 *
 * @returns why none was started; `undefined` where one was
 */
export async function openBrowser(url: string): Promise<string | undefined> {
  try {
    const child = await open(url)
    child.unref()
    // What cannot be started says so at once, in an event that would otherwise end this process.
    if (child.pid === undefined) await once(child, 'spawn')
    child.on('error', () => {})
    return undefined
  } catch (error) {
    return (error as { code?: string }).code ?? 'the system has nothing to open it with'
  }
}
