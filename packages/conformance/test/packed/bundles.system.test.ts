import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumFlags } from '../../../../.config/chromium.js'
import { publishedEntries, publishedPackages } from '../published.js'
import { type Ended, root, run } from '../run.js'
import { type Packed, packAll } from './project.js'

// A page that imports all that pages may import, bundled by what people bundle with, and opened in Chromium.

const entries = publishedEntries()
const forPages = entries.filter(({ isForBrowsers }) => isForBrowsers).map(({ specifier }) => specifier)
const forNode = entries.filter(({ isForBrowsers }) => !isForBrowsers).map(({ specifier }) => specifier)

const page = `${forPages.map((entry, index) => `import * as entry${index} from '${entry}'`).join('\n')}
import { createAdminClient } from '@flyte-js/admin'
import { FlyteError } from '@flyte-js/core'
const tokenSource = { getToken: async () => ({ accessToken: 'a-token', tokenType: 'bearer' }) }
const { admin } = createAdminClient({ endpoint: location.origin, tokenSource, retries: { limit: 0 } })
globalThis.isDone = (async () => ({
  exports: [${forPages.map((_, index) => `Object.keys(entry${index}).length`).join(', ')}],
  projects: (await admin.listProjects()).projects.map(({ id }) => id),
  code: await admin.getProject({ id: 'none' }).catch((error) => FlyteError.isInstance(error) && error.code),
}))()
`

/** How each makes `out/page.js` of `page.mjs`: a script that is run in the project's folder. */
const bundlers: Record<
  string,
  { installed?: string; script: (entry: string, out: string) => string; refusal: RegExp }
> = {
  esbuild: {
    script: (entry, out) => `
      import { build } from '${join(root, 'node_modules/esbuild/lib/main.js')}'
      await build({ entryPoints: ['./${entry}'], outfile: '${out}', bundle: true, minify: true, format: 'esm', platform: 'browser', logLimit: 0 })`,
    refusal: /explicitly disabled by the package author/g,
  },
  Vite: {
    script: (entry, out) => `
      import { build } from '${join(root, 'node_modules/vite/dist/node/index.js')}'
      const [outDir, fileName] = '${out}'.split('/')
      await build({ logLevel: 'error', configFile: false, build: { outDir, emptyOutDir: false, lib: { entry: './${entry}', formats: ['es'], fileName: () => fileName } } })`,
    refusal: /is not exported under the conditions/g,
  },
  webpack: {
    installed: 'webpack@5.113.0',
    script: (entry, out) => `
      import webpack from 'webpack'
      const [path, filename] = '${out}'.split('/')
      const settings = { mode: 'production', target: 'web', optimization: { minimize: false }, performance: false, entry: './${entry}', output: { path: process.cwd() + '/' + path, filename } }
      webpack(settings, (error, stats) => {
        if (!error && !stats.hasErrors() && !stats.hasWarnings()) return
        console.error(error ?? stats.toString({ colors: false }))
        process.exitCode = 1
      })`,
    refusal: /is not exported (under the conditions|from package)/g,
  },
}
const names = Object.keys(bundlers)

let packed: Packed
let folder: string
let browser: Browser

beforeAll(async () => {
  packed = await packAll()
  folder = await packed.project('page', [
    ...publishedPackages().map((each) => each.folder),
    ...Object.values(bundlers).flatMap(({ installed }) => installed ?? []),
  ])
  await writeFile(join(folder, 'page.mjs'), page)
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags })
}, 120_000)
afterAll(async () => {
  await browser.close()
  await packed.remove()
})

/** Bundles a file of the project. */
async function bundle(name: string, entry: string, out: string): Promise<Ended> {
  const script = `${out.replace('/', '-')}.build.mjs`
  await writeFile(join(folder, script), bundlers[name]?.script(entry, out) ?? '')
  return run(process.execPath, [script], { cwd: folder })
}

describe.each(names)('%s', (name) => {
  test('bundles all that is for pages, and the page works', { timeout: 90_000 }, async () => {
    const out = `${name}/page.js`
    expect(await bundle(name, 'page.mjs', out)).toMatchObject({ code: 0, stderr: '' })
    const script = await readFile(join(folder, out), 'utf8')
    expect(script).not.toMatch(/["'`]node:\w/)
    console.log(`${name}: ${(script.length / 1000).toFixed(0)} kB for ${forPages.length} entries`)
    const { exports, ...answers } = await openPage(join(folder, name))
    expect(answers).toEqual({ projects: ['flytesnacks'], code: 'FLYTE_ADMIN_RPC_FAILED' })
    expect(exports).toHaveLength(forPages.length)
    expect(exports.filter((count) => count === 0)).toEqual([])
  })

  test('refuses each entry that is for Node, and says that its exports do', { timeout: 90_000 }, async () => {
    // Vite stops at the first.
    for (const [index, wrong] of (name === 'Vite' ? forNode.map((entry) => [entry]) : [forNode]).entries()) {
      const file = `wrong-${name}-${index}.mjs`
      const imports = wrong.map(
        (entry, place) => `import * as entry${place} from '${entry}'\nconsole.log(entry${place})\n`,
      )
      await writeFile(join(folder, file), imports.join(''))
      const { code, stdout, stderr } = await bundle(name, file, `${name}/${file}`)
      expect(code, wrong.join()).not.toBe(0)
      const said = stdout + stderr
      expect(said.match(bundlers[name]?.refusal ?? /^$/g)?.length, said).toBeGreaterThanOrEqual(wrong.length)
      for (const entry of wrong) expect(said).toContain(entry.split('/').slice(0, 2).join('/'))
    }
  })
})

/** What a page says that has nothing but the scripts of a directory, at a server that has one project. */
async function openPage(scripts: string): Promise<{ exports: number[]; projects: string[]; code: string }> {
  const server = createServer(async ({ url = '', headers }, response) => {
    const isScript = /^\/[\w.-]+\.js$/.test(url)
    const isProjects = /^\/api\/v1\/projects(\?|$)/.test(url) && headers.authorization === 'Bearer a-token'
    response.statusCode = isProjects || !url.startsWith('/api/') ? 200 : 404
    response.setHeader(
      'content-type',
      isScript ? 'text/javascript' : url.startsWith('/api/') ? 'application/json' : 'text/html',
    )
    response.setHeader('content-security-policy', "default-src 'self'")
    // What is loaded on use lies beside the page's own.
    if (isScript) response.end(await readFile(join(scripts, url)))
    else if (isProjects) response.end('{"projects":[{"id":"flytesnacks"}]}')
    else if (url.startsWith('/api/')) response.end('{"code":5,"message":"there is none"}')
    else response.end('<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const tab = await browser.newPage()
  try {
    const faults: string[] = []
    tab.on('pageerror', ({ message }) => faults.push(message))
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const answers = await tab.evaluate('globalThis.isDone')
    expect(faults).toEqual([])
    return answers as { exports: number[]; projects: string[]; code: string }
  } finally {
    await tab.close()
    server.closeAllConnections()
    server.close()
  }
}

test.each([
  [
    'a login by redirect',
    'pkce-auth/browser',
    'redirectLogin(options).acquire({})',
    /FLYTE_AUTH_LOGIN_UNAVAILABLE .*@flyte-js\/pkce-auth\/node/,
  ],
  [
    'a login by popup',
    'pkce-auth/browser',
    'popupLogin(options).acquire({})',
    /FLYTE_AUTH_LOGIN_UNAVAILABLE .*@flyte-js\/pkce-auth\/node/,
  ],
  [
    'the session of Flyte Admin',
    'browser/admin-session',
    'createAdminSession(options).login()',
    /FLYTE_AUTH_LOGIN_UNAVAILABLE .*@flyte-js\/code-auth/,
  ],
  [
    'web storage',
    'token-store/web-storage',
    "webStorageStore().get('key')",
    /FLYTE_STORE_UNAVAILABLE .*use another store/,
  ],
])('%s in Node says what is missing, and what to use there', async (_, entry, call, message) => {
  const code = `
    import * as entry from '@flyte-js/${entry}'
    const options = { endpoint: 'https://flyte.example.com', clientId: 'page', redirectUri: 'https://app.example.com/callback' }
    const call = async () => entry.${call}
    await call().catch(({ code, message }) => console.log(code, message))`
  const ended = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: folder })
  expect(ended).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(message) })
})
