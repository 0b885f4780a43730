import { readFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { runModule } from '../../test/process.js'
import { isPermanentFailure, networkFailure, onAbort, platformFetch } from './browser.js'

test("the browser's fetch is looked up at each call", async () => {
  const stub = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('stubbed'))
  try {
    expect(await (await platformFetch('http://h/')).text()).toBe('stubbed')
  } finally {
    stub.mockRestore()
  }
})

test('what a browser says of a failure is not repeated: it quotes URLs', () => {
  const error = new TypeError('URL constructor: http://h:99999/?token=secret is not a valid URL.')
  expect(networkFailure(error)).toBe("see the browser's console")
  expect(isPermanentFailure(error)).toBe(false)
})

test('those who wait for a signal are called once, but for those who have left', () => {
  const controller = new AbortController()
  const called: string[] = []
  onAbort(controller.signal, () => called.push('a'))
  onAbort(controller.signal, () => called.push('b'))()
  const forget = onAbort(controller.signal, () => called.push('c'))
  controller.abort()
  controller.abort()
  forget()
  expect(called).toEqual(['a', 'c'])
})

test('the built file imports nothing', async () => {
  const text = await readFile(new URL('../../dist/platform/browser.js', import.meta.url), 'utf8')
  expect(text).toContain('globalThis.fetch')
  expect(text).not.toMatch(/\b(import|require)\b/)
})

test('a bundler for browsers gets that file, and is told that ./node is closed', async () => {
  const source = `
    const { createFetch } = await import('@flyte-js/core')
    const error = await createFetch()('http://127.0.0.1:1/a?token=secret').catch((error) => error)
    const closed = await import('@flyte-js/core/node').catch((error) => error.code)
    console.log(JSON.stringify([error.message, closed]))`
  const { stdout, stderr } = await runModule(source, { flags: ['--conditions=browser'] })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual([
    "http://127.0.0.1:1/a cannot be reached: see the browser's console",
    'ERR_PACKAGE_PATH_NOT_EXPORTED',
  ])
})
