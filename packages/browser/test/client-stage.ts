import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AuthorizationServer, type FlyteAdmin, startAuthorizationServer, startFlyteAdmin } from '@flyte-js/testing'
import type { PageSettings } from './app/client-page.js'
import { fileOf, importMapOf } from './import-map.js'
import { freePort } from './stage.js'

/** How a page gets its code: bundled by Vite, or as the packages are built, by an import map. */
export type Delivery = 'Vite' | 'an import map'
export const deliveries: readonly Delivery[] = ['Vite', 'an import map']

/** A site whose page runs `app/client-page.ts`, at every path. */
export interface ClientSite {
  readonly origin: string
  /** What the pages that are loaded from now on are to do. */
  settings: PageSettings
  /** The scripts that browsers have asked for, by their paths. */
  readonly scripts: string[]
  close(): Promise<void>
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const app = fileURLToPath(new URL('app', import.meta.url))

/** What else a site is. */
export interface ClientSiteOptions {
  /** Default: any that is free. */
  port?: number
  /** Answers what is not the page's. */
  answer?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean
}

/** Serves the page. */
export async function startClientSite(
  delivery: Delivery,
  { port = 0, answer = () => false }: ClientSiteOptions = {},
): Promise<ClientSite> {
  const built = delivery === 'Vite' ? await buildByVite() : undefined
  const page = built ? await readFile(join(built, 'index.html'), 'utf8') : await pageWithImportMap()
  const script = built ? '' : await run('esbuild', [join(app, 'client-page.ts'), '--format=esm', '--target=es2022'])
  const state = { settings: { endpoint: '', auth: 'pkce' } as PageSettings, scripts: [] as string[] }

  async function scriptAt(path: string): Promise<string | undefined> {
    if (path === '/client-page.js') return script
    const [, folder, rest = ''] = /^\/(assets|node_modules)(\/.+\.js)$/.exec(path) ?? []
    const file = folder === 'assets' ? join(built ?? '', 'assets', rest) : folder && fileOf(rest)
    return file ? readFile(file, 'utf8') : undefined
  }
  // A callback's query may be long: Flyte Admin's codes are.
  const server = createServer({ maxHeaderSize: 2 ** 20 }, async (incoming, response) => {
    if (answer(incoming, response)) return
    const { url = '/' } = incoming
    const { pathname } = new URL(url, 'http://localhost')
    const code = await scriptAt(pathname).catch(() => undefined)
    if (code !== undefined) state.scripts.push(pathname)
    response.setHeader('content-type', code === undefined ? 'text/html' : 'text/javascript')
    // A page is loaded anew, with all that it needs, so that it can be told what that is.
    response.setHeader('cache-control', 'no-store')
    response.end(
      code ?? page.replace('<head>', `<head><script>clientSettings = ${JSON.stringify(state.settings)}</script>`),
    )
  })
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve))
  return Object.assign(state, {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      if (built) await rm(built, { recursive: true, force: true })
    },
  })
}

/** As a user does it, with no configuration at all. */
async function buildByVite(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flyte-js-vite-'))
  await run('vite', ['build', app, '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'])
  return folder
}

async function pageWithImportMap(): Promise<string> {
  const map = JSON.stringify(importMapOf('@flyte-js/browser', '/node_modules/'))
  const page = await readFile(join(app, 'index.html'), 'utf8')
  return page
    .replace('</head>', `<script type="importmap">${map}</script></head>`)
    .replace('./client-page.ts', '/client-page.js')
}

/** By the programs, as they come with vitest and tsup: the project does not depend on them itself. */
function run(program: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(join(root, 'node_modules/.bin', program), args, { maxBuffer: 2 ** 26 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
  })
}

/** A site, Flyte Admins that it logs in at, and the authorization server of the second one. */
export interface ClientStage {
  readonly site: ClientSite
  /** With a server of its own. */
  readonly self: FlyteAdmin
  /** With an external one. */
  readonly external: FlyteAdmin
  readonly issuer: AuthorizationServer
  close(): Promise<void>
}

/** Starts a stage in this process. */
export async function startClientStage(delivery: Delivery): Promise<ClientStage> {
  const site = await startClientSite(delivery)
  const clients = [{ id: 'page', redirectUris: [`${site.origin}/`] }]
  const port = await freePort()
  const common = {
    clients,
    cors: { allowedOrigins: [site.origin] },
    publicClient: { clientId: 'page', redirectUri: 'http://localhost:53593/callback', scopes: ['all', 'offline'] },
  }
  const self = await startFlyteAdmin({ ...common, port, authorizedUris: [`http://localhost:${port}`, site.origin] })
  const issuer = await startAuthorizationServer({ clients })
  const external = await startFlyteAdmin({
    ...common,
    auth: 'external',
    externalAuthServer: issuer.issuer,
    allowedAudience: [issuer.issuer],
  })
  return {
    site,
    self,
    external,
    issuer,
    async close() {
      for (const each of [self, external, issuer, site]) await each.close()
    },
  }
}
