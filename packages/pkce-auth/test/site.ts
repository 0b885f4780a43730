import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PageSettings } from './login-page.js'

/** A site that has one page, at every path. */
export interface Site {
  readonly origin: string
  /** What the pages that are loaded from now on are to do. Without any they have no script. */
  settings: PageSettings | undefined
  /** Headers of the pages that are loaded from now on. */
  headers: Record<string, string>
  close(): Promise<void>
}

/** Serves the page of `login-page.ts`. */
export async function startSite(port = 0): Promise<Site> {
  const script = await bundle(fileURLToPath(new URL('login-page.ts', import.meta.url)))
  const state: Pick<Site, 'settings' | 'headers'> = { settings: undefined, headers: {} }
  // A callback's query may be of any length.
  const server = createServer({ maxHeaderSize: 2 ** 22 }, ({ url }, response) => {
    const isScript = url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    for (const [name, value] of Object.entries(state.headers)) response.setHeader(name, value)
    response.end(isScript ? script : page(state.settings))
  })
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve))
  return Object.assign(state, {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

function page(settings: PageSettings | undefined): string {
  const scripts = `<script>settings = ${JSON.stringify(settings)}</script><script src="/page.js"></script>`
  // Without an icon browsers would ask for one, whenever they like.
  const head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'
  return `${head}<body><button>Log in</button>${settings ? scripts : ''}`
}

/** By the program, as it comes with tsup: the project does not depend on esbuild itself. */
function bundle(file: string): Promise<string> {
  const program = join(fileURLToPath(new URL('../../..', import.meta.url)), 'node_modules/.bin/esbuild')
  const args = [file, '--bundle', '--format=iife', '--global-name=page', '--log-level=error', '--charset=utf8']
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 2 ** 26 }, (error, stdout) => (error ? reject(error) : resolve(stdout)))
  })
}
