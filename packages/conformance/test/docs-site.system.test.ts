// The site of `npm run docs`, as readers have it: it is built, and looked at in a browser.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumFlags } from '../../../.config/chromium.js'
import { root } from './run.js'

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

let folder: string
let server: Server
let site: string
let browser: Browser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyte-js-docs-'))
  const typedoc = ['--options', join(root, '.config/typedoc.json'), '--out', folder]
  await promisify(execFile)(join(root, 'node_modules/.bin/typedoc'), typedoc, { cwd: root })
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = join(folder, pathname === '/' ? 'index.html' : pathname)
    readFile(path).then(
      (content) => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain' }).end(content),
      () => response.writeHead(404).end(),
    )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags }).catch((error) => {
    throw new Error('chromium does not start. Install: apt-get install chromium', { cause: error })
  })
}, 300_000)
afterAll(async () => {
  await browser?.close()
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Opens a page, and notes what goes wrong in it. */
async function open(
  path: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; troubles: string[] }> {
  const page = await browser.newPage(options)
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('response', (response) => response.status() >= 400 && troubles.push(`${response.status()} ${response.url()}`))
  page.on('request', (request) => !request.url().startsWith(site) && troubles.push(`asked elsewhere: ${request.url()}`))
  await page.goto(`${site}/${path}`)
  return { page, troubles }
}

test('the first page has the floors, and packages and guides by their use', async () => {
  const { page, troubles } = await open('')
  expect(await page.getByText('floor 4').textContent()).toContain('floor 0')
  const groups = page.locator('#tsd-nav-container > li > details > summary')
  await groups.first().waitFor()
  expect((await groups.allTextContents()).map((text) => text.trim())).toEqual([
    'Guides',
    'Everything wired',
    'Log in',
    'The parts',
    'The ground',
    'For your tests',
    'Decisions',
  ])
  const pictures = await page
    .locator('.tsd-typography img')
    .evaluateAll((images) => images.map((each) => (each as HTMLImageElement).naturalWidth > 0))
  expect(pictures).toEqual([true, true])
  expect(troubles).toEqual([])
  await page.close()
})

test('a package says where to start', async () => {
  const { page } = await open('modules/_flyte-js_auth._flyte-js_auth.html')
  const headings = await page
    .locator('.tsd-index-group h3, .tsd-index-heading, .tsd-member-group h2, section h2')
    .allTextContents()
  const text = headings.join(' ')
  expect(text.indexOf('Start here')).toBeGreaterThan(-1)
  expect(text.indexOf('For authors of libraries')).toBeGreaterThan(text.indexOf('For users'))
  await page.close()
})

test.each(['authentication', 'architecture'])(
  'each diagram of %s is drawn, and again in the dark',
  { timeout: 60_000 },
  async (guide) => {
    const source = await readFile(join(root, `docs/${guide}.md`), 'utf8')
    const { page, troubles } = await open(`documents/${guide}.html`, { colorScheme: 'light' })
    const drawn = page.locator('figure.diagram > svg')
    await expect.poll(() => drawn.count(), { timeout: 30_000 }).toBe(source.split('```mermaid').length - 1)
    const style = () => drawn.last().locator('style').textContent()
    const light = await style()
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(style, { timeout: 30_000 }).not.toBe(light)
    expect(await page.getByText('Syntax error').count()).toBe(0)
    expect(troubles).toEqual([])
    await page.close()
  },
)

test.each([
  ['createFlyteClient', 'createFlyteClient'],
  ['Jenkins', 'Getting started'],
])('a search for %s finds %s', async (words, found) => {
  const { page } = await open('')
  await page.keyboard.press('/')
  await page.locator('#tsd-search-input').fill(words)
  await expect.poll(() => page.locator('#tsd-search-results').textContent(), { timeout: 15_000 }).toContain(found)
  await page.close()
})

test.each([
  '',
  'documents/configuration.html',
  'documents/authentication.html',
  'functions/_flyte-js_auth._flyte-js_auth.createTokenManager.html',
])('on a phone /%s does not scroll sideways', async (path) => {
  const { page } = await open(path, { viewport: { width: 360, height: 800 } })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await page.close()
})
