// A hostile page in the browser of whoever logs in: it can reach the loopback port, and gets nowhere.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { followRedirects } from '@flyte-js/testing'
import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumFlags } from '../../../.config/chromium.js'
import { beginLogin } from './begin-login.js'
import { type EmbeddedTarget, startEmbedded } from './login-target.js'
import { expectFree } from './loopback.js'

const server = createServer((_, response) => {
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>hostile</title>')
})
let target: EmbeddedTarget
let browser: Browser
beforeAll(async () => {
  target = await startEmbedded('external')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const resolves = '--host-resolver-rules=MAP evil.example.com 127.0.0.1'
  browser = await chromium
    .launch({ executablePath: '/usr/bin/chromium', args: [...chromiumFlags, resolves] })
    .catch((error) => {
      throw new Error('Chromium does not start. Install: apt-get install chromium', { cause: error })
    })
})
afterAll(async () => {
  await browser?.close()
  server.close()
  server.closeAllConnections()
  await target[Symbol.asyncDispose]()
})

test('a hostile page forges callbacks, looks for the last page and rebinds its name, and the honest login succeeds', async () => {
  const { url, tokens, refusals } = beginLogin({ endpoint: target.endpoint })
  const { redirectUri, port } = target
  const callback = await followRedirects(await url, { until: redirectUri })
  target.provider?.clearRequests()
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`http://evil.example.com:${(server.address() as AddressInfo).port}/`)

  const forged = `${redirectUri}?code=canary&state=canary`
  const found = await page.evaluate(
    async ([forged, done, rebound]) => {
      const image = new Image()
      const isLoaded = new Promise((resolve) => {
        image.onload = () => resolve(true)
        image.onerror = () => resolve(false)
      })
      image.src = forged
      const read = async (url: string, init?: RequestInit) => {
        try {
          return await (await fetch(url, init)).text()
        } catch {
          return 'nothing'
        }
      }
      return {
        image: await isLoaded,
        read: await read(forged),
        blind: await read(forged, { mode: 'no-cors' }),
        posted: await read(forged, { mode: 'no-cors', method: 'POST', body: 'code=canary' }),
        done: await read(done, { mode: 'no-cors' }),
        rebound: await read(rebound, { mode: 'no-cors' }),
      }
    },
    [forged, `${redirectUri}/done`, `http://evil.example.com:${port}/callback${callback.search}`] as const,
  )
  // Nothing that it could read, and nothing that it could do.
  expect(found).toEqual({ image: false, read: 'nothing', blind: '', posted: '', done: '', rebound: '' })
  expect(refusals().length).toBeGreaterThanOrEqual(6)
  expect(refusals()).toContain('A request was refused: it was meant for another host')
  expect(target.tokenRequests()).toEqual([])

  // In its frame, no page of ours is shown.
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  await page.setContent(`<iframe src="${forged}"></iframe>`)
  await expect.poll(() => complaints.join()).toContain("frame-ancestors 'none'")

  // Whoever logs in honestly does so in the same browser.
  await page.goto(callback.href)
  await page.getByRole('heading', { name: 'You are logged in' }).waitFor()
  expect(await tokens).toMatchObject({ accessToken: expect.any(String) })
  await expectFree(port)
})
