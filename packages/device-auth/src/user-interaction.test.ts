import { createNodeFetch } from '@flyte-js/core/node'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { answers, authorization, deviceCode, startScriptedServer } from '../test/scripted-server.js'
import { letTimePass } from '../test/time.js'
import { type DevicePrompt, deviceLogin } from './index.js'

let clock: TestClock
beforeEach(() => {
  clock = createTestClock()
})

async function begin(onPrompt: (prompt: DevicePrompt) => void | Promise<void>, device: Record<string, unknown> = {}) {
  const server = await startScriptedServer(clock, {
    polls: [answers.pending, answers.pending, answers.tokens],
    device: { json: { ...authorization, ...device } },
  })
  const login = deviceLogin({ endpoint: server.endpoint, fetch: createNodeFetch(), onPrompt }).acquire({ clock })
  login.catch(() => {})
  return { server, login }
}

describe('the prompt', () => {
  it('is shown once, before the first poll, with all that a person needs and nothing else', async () => {
    const prompts: [DevicePrompt, number][] = []
    const { server, login } = await begin((prompt) => void prompts.push([prompt, server.asked.token.length]))
    await letTimePass(clock, login)
    expect(prompts).toEqual([
      [
        {
          verificationUri: 'https://login.example.com/device',
          verificationUriComplete: 'https://login.example.com/device?user_code=WDJB-MJHT',
          userCode: 'WDJB-MJHT',
          expiresAt: clock.now() - 15_000 + 600_000,
        },
        0,
      ],
    ])
    expect(JSON.stringify(prompts)).not.toContain(deviceCode)
  })

  it.each([undefined, null, ''])(
    'has no complete URI where the server gives none, as by %j: none is made up',
    async (none) => {
      const prompts: DevicePrompt[] = []
      const { login } = await begin((prompt) => void prompts.push(prompt), { verification_uri_complete: none })
      await letTimePass(clock, login)
      expect(prompts).toHaveLength(1)
      expect(prompts[0]).not.toHaveProperty('verificationUriComplete')
    },
  )

  const unseen = new Error('the terminal is gone')
  it.each([
    [
      'throws',
      () => {
        throw unseen
      },
    ],
    ['rejects', () => Promise.reject(unseen)],
  ])('that %s ends the login with that error, before anything is polled', async (_, onPrompt) => {
    const { server, login } = await begin(onPrompt)
    await expect(letTimePass(clock, login)).rejects.toBe(unseen)
    await clock.advance(600_000)
    expect(server.asked.token).toEqual([])
    expect(clock.sleeping).toBe(0)
  })

  it('that rejects later ends it then', async () => {
    let reject = (_: Error) => {}
    const { server, login } = await begin(() => new Promise((_, no) => (reject = no)))
    await letTimePass(clock, login, { until: 7_000 })
    reject(unseen)
    await expect(login).rejects.toBe(unseen)
    await clock.advance(600_000)
    expect(server.pollTimes()).toEqual([5])
    expect(clock.sleeping).toBe(0)
  })

  it('that never ends keeps nobody from logging in, and may fail when that is done', async () => {
    let reject = (_: Error) => {}
    const { login } = await begin(() => new Promise((_, no) => (reject = no)))
    expect(await letTimePass(clock, login)).toMatchObject({ accessToken: 'token' })
    reject(unseen)
    expect(await login).toMatchObject({ accessToken: 'token' })
  })
})
