import { PassThrough } from 'node:stream'
import { createTestClock, followRedirects } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { beginLogin } from '../../test/begin-login.js'
import { type EmbeddedTarget, startEmbedded } from '../../test/login-target.js'
import { expectFree } from '../../test/loopback.js'
import { pastedUrl } from './pasted-answer.js'

describe('what a person pastes', () => {
  const redirectUri = 'http://localhost:53593/callback'
  const answer = `${redirectUri}?code=a.b%2F&state=s_-`

  test.each([
    answer,
    `  ${answer}\t`,
    `"${answer}"`,
    `'${answer}'`,
    `<${answer}>`,
    `\`${answer}\``,
    `[200~${answer}[201~`,
    answer.replace('http', 'HTTP'),
    answer.slice('http://'.length),
    answer.slice('http://localhost:53593'.length),
    answer.slice(redirectUri.length),
    answer.slice(redirectUri.length + 1),
    answer.replace('&', '\n  &'),
  ])('%j is the answer', (text) => {
    expect(pastedUrl(text, redirectUri)).toBe(answer)
  })

  test.each(['', ' ', '""', '\t\r'])('%j is nothing', (text) => {
    expect(pastedUrl(text, redirectUri)).toBeUndefined()
  })

  test.each(['http://', 'http://[', 'what is this?', 'javascript:alert(1)', '://'])('%j is no answer', (text) => {
    const url = pastedUrl(text, redirectUri)
    expect(new URL(url ?? '').origin).not.toBe(new URL(redirectUri).origin)
  })
})

describe('a login that is finished by pasting', () => {
  let target: EmbeddedTarget
  beforeAll(async () => {
    target = await startEmbedded('external')
  })
  afterAll(() => target[Symbol.asyncDispose]())
  afterEach(() => expectFree(target.port))

  test('needs no browser here, and waits for none', async () => {
    const input = new PassThrough()
    // It stands still: whoever waited for a page would wait for ever.
    const { url, tokens, printed } = beginLogin(
      { endpoint: target.endpoint, pasteFrom: input },
      { clock: createTestClock() },
    )
    const callback = await followRedirects(await url, { until: target.redirectUri })
    expect(printed).toEqual([expect.stringContaining(`begins with ${target.redirectUri}?`)])
    input.write(`${callback}\nnext`)
    expect(await tokens).toMatchObject({ accessToken: expect.any(String) })
    expect(printed).toHaveLength(1)
    // What was typed ahead is for the program.
    expect(String(input.read())).toBe('next')
  })

  test('has another chance after what was wrong, and shows none of it', async () => {
    const input = new PassThrough()
    const { url, tokens, printed, refusals } = beginLogin({ endpoint: target.endpoint, pasteFrom: input })
    const callback = await followRedirects(await url, { until: target.redirectUri })
    const wrong = [
      'canary',
      await url,
      `${target.redirectUri}?code=canary&state=canary`,
      callback.href.replace(/state=[^&]*/, 'state=canary'),
      callback.href.replace(/iss=[^&]*/, 'iss=canary'),
      callback.href.replace(`:${target.port}`, ':1'),
      callback.href.replace(/^http:/, 'https:'),
    ]
    for (const [at, text] of wrong.entries()) {
      input.write(`\n${text}\n`)
      await vi.waitFor(() => expect(refusals()).toHaveLength(at + 1))
    }
    expect(printed).toHaveLength(1 + wrong.length)
    for (const line of printed.slice(1)) expect(line).toMatch(/^That was not taken: .+ Paste the whole address/)
    const secrets = [
      'canary',
      ...[...callback.searchParams].flatMap(([name, value]) => (name === 'iss' ? [] : [value])),
    ]
    for (const secret of secrets) expect(printed.join() + refusals().join()).not.toContain(secret)
    expect(target.tokenRequests()).toHaveLength(1)
    input.write(`${callback}\r`)
    await tokens
    expect(target.tokenRequests()).toHaveLength(2)
  })

  test('is finished once, by whichever comes first', async () => {
    const input = new PassThrough()
    const { url, tokens, printed } = beginLogin({ endpoint: target.endpoint, pasteFrom: input })
    const callback = await followRedirects(await url, { until: target.redirectUri })
    target.provider?.clearRequests()
    const page = fetch(callback)
    input.write(`${callback}\n`)
    await Promise.all([tokens, page.catch(() => {})])
    expect(target.tokenRequests()).toHaveLength(1)
    expect(printed).toHaveLength(1)
  })

  test('or by the browser leaves nothing behind', async () => {
    const input = new PassThrough()
    const { url, tokens } = beginLogin({ endpoint: target.endpoint, pasteFrom: input })
    await followRedirects(await url)
    await tokens
    expect(input.listenerCount('data')).toBe(0)
    expect(input.isPaused()).toBe(true)
  })

  test('goes on without it where there is nobody: the browser may come', async () => {
    const input = new PassThrough().end()
    const { url, tokens } = beginLogin({ endpoint: target.endpoint, pasteFrom: input })
    await followRedirects(await url)
    await tokens
  })

  test('that a server refuses ends with what it says', async () => {
    const input = new PassThrough()
    const { url, tokens } = beginLogin({ endpoint: target.endpoint, pasteFrom: input })
    const state = new URL(await url).searchParams.get('state')
    input.write(`${target.redirectUri}?error=access_denied&state=${state}&iss=${target.issuer}\n`)
    await expect(tokens).rejects.toMatchObject({ oauthError: 'access_denied' })
  })
})
