import { AuthError, type GetTokenOptions } from '@flyte-js/core'
import { createTestClock } from '@flyte-js/testing'
import { describe, expect, it } from 'vitest'
import { createCall, createEvents, cut, refusal } from '../../test/chain-call.js'
import { AdminError } from '../admin-error.js'
import { authorize } from './authorize.js'
import { createHeaderChoice } from './header-choice.js'
import type { Call } from './link.js'

const turns = () => new Promise((resolve) => setImmediate(resolve))
const refused = () => new AdminError('FLYTE_ADMIN_UNAUTHENTICATED', 'no', { rpc: 'getTask', status: 401, grpcCode: 16 })

interface Setting {
  /** What `getToken` hands out, one after the other; the last for ever. */
  tokens?: string[]
  /** Whether a token in a header is taken; anything else is thrown. */
  takes(header: string, token: string): unknown
  afterFirstRefusal?: boolean
  advertised?: string
}

/** A server that takes some tokens in some headers, and a token source that hands out a list. */
function start({ tokens = ['a'], takes, afterFirstRefusal = false, advertised = 'x-token' }: Setting) {
  const clock = createTestClock()
  const { onEvent, events } = createEvents()
  const sent: string[] = []
  const asked: GetTokenOptions[] = []
  const headerChoice = createHeaderChoice({
    configured: undefined,
    isForeignPage: false,
    advertised: async () => advertised,
    onEvent,
  })
  const getToken = async (options: GetTokenOptions = {}) => {
    asked.push(options)
    return { accessToken: tokens[Math.min(asked.length, tokens.length) - 1] as string, tokenType: 'bearer' }
  }
  const tokenSource = { getToken }
  const ask = authorize({ tokenSource, afterFirstRefusal, headerChoice, clock }, async ({ credential }: Call) => {
    sent.push(credential ? `${credential.header}: ${credential.value}` : 'nothing')
    const answer = takes(credential?.header ?? '', credential?.accessToken ?? '')
    if (answer === true) return 'answer'
    throw answer === false ? refused() : answer
  })
  return { ask, sent, asked, events, clock, tokenSource }
}

describe('the token of a call', () => {
  it('goes out from the first call on', async () => {
    const { ask, sent, asked } = start({ takes: () => true })
    expect(await ask(createCall())).toBe('answer')
    expect({ sent, asked }).toEqual({ sent: ['authorization: Bearer a'], asked: [{}] })
  })

  it('is renewed once when it is refused', async () => {
    const { ask, sent, asked } = start({ tokens: ['old', 'new'], takes: (_, token) => token === 'new' })
    expect(await ask(createCall())).toBe('answer')
    expect(sent).toEqual(['authorization: Bearer old', 'authorization: Bearer new'])
    expect(asked).toEqual([{}, { rejected: 'old' }])
  })

  it('is put into the other header when the new one is refused, which is remembered', async () => {
    const { ask, sent, events } = start({ tokens: ['old', 'new'], takes: (header) => header === 'x-token' })
    expect(await ask(createCall())).toBe('answer')
    expect(await ask(createCall())).toBe('answer')
    expect(sent).toEqual([
      'authorization: Bearer old',
      'authorization: Bearer new',
      'x-token: Bearer new',
      'x-token: Bearer new',
    ])
    expect(events).toEqual([{ type: 'admin.header-changed', header: 'x-token' }])
  })

  it('is put into the other header at once where it cannot be renewed', async () => {
    const { ask, sent } = start({ takes: (header) => header === 'x-token' })
    expect(await ask(createCall())).toBe('answer')
    expect(sent).toEqual(['authorization: Bearer a', 'x-token: Bearer a'])
  })

  it('is asked for with the signal of the call', async () => {
    const { ask, asked } = start({ tokens: ['a', 'b'], takes: (_, token) => token === 'b' })
    const { signal } = new AbortController()
    await ask(createCall({ signal }))
    expect(asked).toEqual([{ signal }, { signal, rejected: 'a' }])
  })

  it('that is refused everywhere costs a call two requests more, and the first refusal of the new one is final', async () => {
    const { ask, sent } = start({ tokens: ['a', 'b', 'c', 'd'], takes: () => false })
    await expect(ask(createCall())).rejects.toMatchObject({ code: 'FLYTE_ADMIN_UNAUTHENTICATED' })
    expect(sent).toEqual(['authorization: Bearer a', 'authorization: Bearer b', 'x-token: Bearer b'])
  })

  it('costs a call that is tried again not more than that', async () => {
    const { ask, sent } = start({ tokens: ['a', 'b', 'c', 'd'], takes: () => false })
    const call = createCall()
    for (let attempt = 0; attempt < 3; attempt++) await expect(ask(call)).rejects.toMatchObject({ status: 401 })
    expect(sent).toHaveLength(3 + 2)
  })

  it('that was refused in both headers is not put into the other again, as long as it is the same', async () => {
    const { ask, sent } = start({ takes: () => false })
    for (let call = 0; call < 3; call++) await expect(ask(createCall())).rejects.toMatchObject({ status: 401 })
    expect(sent).toEqual([
      'authorization: Bearer a',
      'x-token: Bearer a',
      'authorization: Bearer a',
      'authorization: Bearer a',
    ])
  })

  it('is put into the right header by calls, too, that went out before that was known', async () => {
    const waiting: (() => void)[] = []
    const clock = createTestClock()
    const headerChoice = createHeaderChoice({
      configured: undefined,
      isForeignPage: false,
      advertised: async () => 'x-token',
      onEvent: undefined,
    })
    const tokenSource = { getToken: async () => ({ accessToken: 'a', tokenType: 'bearer' }) }
    const ask = authorize({ tokenSource, afterFirstRefusal: false, headerChoice, clock }, async ({ credential }) => {
      const { header } = credential as { header: string }
      // As in the limiter, which lets one in after the other.
      await new Promise<void>((resolve) => waiting.push(resolve))
      if (header === 'x-token') return 'answer'
      throw refused()
    })
    const answers = [ask(createCall()), ask(createCall()), ask(createCall())]
    await turns()
    const letIn = async (enter: (() => void) | undefined) => {
      await turns()
      enter?.()
      await turns()
    }
    // The first call goes all its way before the others are let in.
    await letIn(waiting.shift())
    await letIn(waiting.pop())
    expect(await answers[0]).toBe('answer')
    while (waiting.length > 0) await letIn(waiting.shift())
    expect(await Promise.all(answers)).toEqual(['answer', 'answer', 'answer'])
  })

  it('that cannot be had fails the call with the very error', async () => {
    const { ask, tokenSource, sent } = start({ takes: () => true })
    const error = new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'no')
    tokenSource.getToken = () => Promise.reject(error)
    await expect(ask(createCall())).rejects.toBe(error)
    expect(sent).toEqual([])
  })

  it('is none of the things that other errors are about', async () => {
    const error = refusal({ status: 503, grpcCode: 14 })
    const { ask, sent } = start({ takes: () => error })
    await expect(ask(createCall())).rejects.toBe(error)
    expect(sent).toHaveLength(1)
  })
})

describe('the other header', () => {
  const takes = (error: unknown) => (header: string) => (header === 'x-token' ? error : false)

  it("counts as taken when Flyte Admin's own word comes back, which is the answer", async () => {
    const notFound = refusal({ status: 404, grpcCode: 5 })
    const { ask, sent, events } = start({ takes: takes(notFound) })
    await expect(ask(createCall())).rejects.toBe(notFound)
    expect(events).toEqual([{ type: 'admin.header-changed', header: 'x-token' }])
    await expect(ask(createCall())).rejects.toBe(notFound)
    expect(sent.at(-1)).toBe('x-token: Bearer a')
    expect(sent).toHaveLength(3)
  })

  it.each([
    ['no answer comes, as when CORS forbids it', cut('unknown')],
    ['a proxy refuses it', refusal({ status: 403 })],
    ['it cannot be sent', new TypeError('Invalid header name')],
  ])('does not count when %s: the refusal is the answer', async (_, error) => {
    const { ask, sent, events } = start({ takes: takes(error) })
    await expect(ask(createCall())).rejects.toMatchObject({ status: 401 })
    expect(events).toEqual([])
    expect(sent).toHaveLength(2)
  })

  it('does not hide that the call was aborted', async () => {
    const controller = new AbortController()
    const { ask } = start({
      takes: (header) => {
        if (header !== 'x-token') return false
        controller.abort('enough')
        return cut('unknown')
      },
    })
    await expect(ask(createCall({ signal: controller.signal }))).rejects.toBe('enough')
  })

  it('is not tried where there is none', async () => {
    const { ask, sent } = start({ advertised: 'Authorization', takes: () => false })
    await expect(ask(createCall())).rejects.toMatchObject({ status: 401 })
    expect(sent).toHaveLength(1)
  })
})

describe('a login that waits for the first refusal', () => {
  it('asks for no token as long as none is wanted', async () => {
    const { ask, sent, asked } = start({ afterFirstRefusal: true, takes: () => true })
    await ask(createCall())
    await ask(createCall())
    expect({ sent, asked }).toEqual({ sent: ['nothing', 'nothing'], asked: [] })
  })

  it('asks after the first 401, and from then on at once', async () => {
    const { ask, sent } = start({ afterFirstRefusal: true, takes: (_, token) => token === 'a' })
    await ask(createCall())
    await ask(createCall())
    expect(sent).toEqual(['nothing', 'authorization: Bearer a', 'authorization: Bearer a'])
  })
})

describe('the time of a login', () => {
  it('is added to that of the call, which is not over as long as it lasts', async () => {
    const { ask, clock, tokenSource } = start({ takes: () => true })
    const { getToken } = tokenSource
    const call = createCall({ extension: 5 })
    let during = 0
    tokenSource.getToken = async (options) => {
      await clock.sleep(60_000)
      during = call.extension
      return getToken(options)
    }
    const answer = ask(call)
    await clock.advance(60_000)
    await answer
    expect(during).toBe(Number.POSITIVE_INFINITY)
    expect(call.extension).toBe(60_005)
  })

  it('ends with a login that fails', async () => {
    const { ask, tokenSource } = start({ takes: () => true })
    tokenSource.getToken = () => Promise.reject(new Error('no'))
    const call = createCall()
    await expect(ask(call)).rejects.toThrow('no')
    expect(call.extension).toBe(0)
  })
})
