import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright'
import { chromiumFlags } from '../../../.config/chromium.js'
import { root } from './run.js'

/** Pages of one origin in one Chromium. */
export interface Tabs {
  /** The origin of the pages, on loopback. */
  readonly origin: string
  /** The profile that the tabs share, e.g. for a session of the DevTools protocol. */
  readonly context: BrowserContext
  /** Opens tabs beside those that are open; what the bundle exports is `page` there. */
  open(count: number): Promise<Page[]>
  close(): Promise<void>
}

/**
 * Bundles a module for browsers and serves it, in a page that has nothing else, to tabs of one Chromium.
 *
 * @param source - TypeScript, whose imports are resolved from `folder`; its exports are the global `page` of each tab
 * @param folder - by default this package's tests
 *
 * @example
 * ```ts
 * const tabs = await startTabs({ source: `export const add = (a: number, b: number) => a + b` })
 * const [tab] = await tabs.open(1)
 * await tab?.evaluate(`page.add(1, 2)`)
 * await tabs.close()
 * ```
 */
export async function startTabs({
  source,
  folder = join(root, 'packages/conformance/test'),
}: {
  source: string
  folder?: string
}): Promise<Tabs> {
  const script = await bundle(source, folder)
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><meta charset="utf-8"><script src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags }).catch((error) => {
    server.close()
    throw new Error('Chromium does not start. Install: apt-get install chromium', { cause: error })
  })
  const context = await browser.newContext()
  return {
    origin,
    context,
    open: (count) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const tab = await context.newPage()
          await tab.goto(origin)
          return tab
        }),
      ),
    async close() {
      await browser.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** By the program, as it comes with tsup: the project does not depend on esbuild itself. */
function bundle(source: string, folder: string): Promise<string> {
  const args = ['--bundle', '--format=iife', '--global-name=page', '--loader=ts', '--log-level=error', '--charset=utf8']
  return new Promise((resolve, reject) => {
    const child = execFile(
      join(root, 'node_modules/.bin/esbuild'),
      args,
      { cwd: folder, maxBuffer: 2 ** 26 },
      (error, stdout) => (error ? reject(error) : resolve(stdout)),
    )
    child.stdin?.end(source)
  })
}
