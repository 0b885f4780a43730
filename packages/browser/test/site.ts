import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PageSettings } from './session-page.js'

/** One page at every path, on two sites: one is that of a Flyte Admin at `localhost`, the other is not. */
export interface Site {
  readonly sameSite: string
  readonly crossSite: string
  /** What the pages that are loaded from now on are to do. */
  settings: PageSettings
  close(): Promise<void>
}

/** Serves the page of `session-page.ts`. */
export async function startSite(port = 0): Promise<Site> {
  const script = await pageScript()
  const state: Pick<Site, 'settings'> = { settings: { endpoint: '' } }
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : pageOf(state.settings))
  })
  await new Promise<void>((resolve) => server.listen(port, resolve))
  const { port: actual } = server.address() as AddressInfo
  return Object.assign(state, {
    sameSite: `http://localhost:${actual}`,
    crossSite: `http://127.0.0.1:${actual}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

/** The page, its script beside it or in it. */
export function pageOf(settings: PageSettings, script?: string): string {
  const code = script === undefined ? '<script src="/page.js"></script>' : `<script>${script}</script>`
  // Without an icon browsers would ask for one, whenever they like.
  const head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'
  return `${head}<body><script>settings = ${JSON.stringify(settings)}</script>${code}`
}

/** By the program, as it comes with tsup: the project does not depend on esbuild itself. */
export function pageScript(): Promise<string> {
  const program = join(fileURLToPath(new URL('../../..', import.meta.url)), 'node_modules/.bin/esbuild')
  const file = fileURLToPath(new URL('session-page.ts', import.meta.url))
  const args = [file, '--bundle', '--format=iife', '--global-name=page', '--log-level=error', '--charset=utf8']
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 2 ** 26 }, (error, stdout) => (error ? reject(error) : resolve(stdout)))
  })
}
