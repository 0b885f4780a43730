// A command for BROWSER: node browser-command.mjs chromium|firefox FILE URL. It opens the URL in a real browser, waits for the page
// that ends the login, and writes down what its user would find. Then it stays open, as a browser does, until it is ended.
import { rename, writeFile } from 'node:fs/promises'
import { chromium, firefox } from 'playwright'

const [name, file, url] = process.argv.slice(2)
const flags = JSON.parse(process.env.FLYTE_TEST_CHROMIUM_FLAGS ?? '[]')
const browser = await (name === 'chromium'
  ? chromium.launch({ executablePath: '/usr/bin/chromium', args: flags })
  : firefox.launch({ executablePath: '/usr/bin/firefox-esr', channel: 'moz-firefox' }))
const context = await browser.newContext({ colorScheme: 'dark' })
const page = await context.newPage()
const complaints = []
page.on('console', (message) => complaints.push(message.text()))
page.on('pageerror', (error) => complaints.push(String(error)))
await page.goto(url)
await page.getByRole('heading').waitFor()
const found = {
  pid: process.pid,
  address: page.url(),
  heading: await page.getByRole('heading').textContent(),
  text: await page.locator('main').textContent(),
  title: await page.title(),
  ground: await page.evaluate('getComputedStyle(document.body).backgroundColor'),
  complaints,
  history: [],
}
if (name === 'chromium') {
  const session = await context.newCDPSession(page)
  const { entries } = await session.send('Page.getNavigationHistory')
  found.history = entries.map((entry) => entry.url)
}
await writeFile(`${file}.part`, JSON.stringify(found))
await rename(`${file}.part`, file)
// SIGTERM closes it. The time is for a test that has died.
const isClosed = new Promise((resolve) => browser.once('disconnected', resolve))
const limit = setTimeout(() => browser.close(), 60_000)
await isClosed
clearTimeout(limit)
