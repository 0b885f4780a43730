import { describe, expect, it } from 'vitest'
import { createEvents } from '../../test/chain-call.js'
import { createHeaderChoice, type HeaderChoiceOptions } from './header-choice.js'

function start(options: Partial<HeaderChoiceOptions> & { advertises?: unknown[] } = {}) {
  const { advertises = ['Flyte-Authorization'], ...given } = options
  const { events, onEvent } = createEvents()
  let asked = 0
  const choice = createHeaderChoice({
    configured: undefined,
    isForeignPage: false,
    advertised: async () => {
      const name = advertises[Math.min(asked, advertises.length - 1)]
      asked += 1
      if (name instanceof Error) throw name
      return name as string
    },
    onEvent,
    ...given,
  })
  const refused = (header: string, accessToken = 'a') => ({ header, accessToken, value: `Bearer ${accessToken}` })
  return { choice, events, refused, asked: () => asked }
}

describe('the header of a token', () => {
  it('is authorization, and nobody is asked for that', async () => {
    const { choice, asked } = start()
    expect(await choice.current()).toBe('authorization')
    expect(asked()).toBe(0)
  })

  it('is the one that is configured, on a page of another origin too', async () => {
    for (const isForeignPage of [false, true]) {
      const { choice, asked } = start({ configured: 'x-token', isForeignPage })
      expect(await choice.current()).toBe('x-token')
      expect(asked()).toBe(0)
    }
  })

  it('is the advertised one on a page of another origin, which is asked for once', async () => {
    const { choice, asked } = start({ isForeignPage: true })
    expect(await Promise.all([choice.current(), choice.current()])).toEqual([
      'flyte-authorization',
      'flyte-authorization',
    ])
    expect(await choice.current()).toBe('flyte-authorization')
    expect(asked()).toBe(1)
  })

  it('is authorization as long as nobody says another, and that is asked for again', async () => {
    const { choice } = start({ isForeignPage: true, advertises: [new Error('down'), 'x-token'] })
    expect(await choice.current()).toBe('authorization')
    expect(await choice.current()).toBe('x-token')
  })

  it.each([undefined, null, ''])('is authorization where %j is advertised', async (name) => {
    const { choice, refused } = start({ isForeignPage: true, advertises: [name] })
    expect(await choice.current()).toBe('authorization')
    expect(await choice.otherThan(refused('authorization'))).toBeUndefined()
  })

  it('changes to the one that worked, and that is told once', async () => {
    const { choice, events } = start()
    for (let call = 0; call < 3; call++) choice.use('x-token')
    expect(await choice.current()).toBe('x-token')
    expect(events).toEqual([{ type: 'admin.header-changed', header: 'x-token' }])
  })
})

describe('the other header', () => {
  it('is the advertised one where authorization was refused', async () => {
    const { choice, refused } = start()
    expect(await choice.otherThan(refused('authorization'))).toBe('flyte-authorization')
  })

  it('is the configured one, where there is one', async () => {
    const { choice, refused } = start({ configured: 'x-token' })
    choice.use('authorization')
    expect(await choice.otherThan(refused('authorization'))).toBe('x-token')
  })

  it('is the advertised one where authorization itself is configured', async () => {
    const { choice, refused } = start({ configured: 'authorization' })
    expect(await choice.otherThan(refused('authorization'))).toBe('flyte-authorization')
  })

  it.each([false, true])(
    'is authorization where another was refused, on a page of another origin: %j',
    async (isForeignPage) => {
      const { choice, refused } = start({ isForeignPage })
      expect(await choice.otherThan(refused('flyte-authorization'))).toBe('authorization')
    },
  )

  it('is the one that works now, where a call went out before that was known', async () => {
    const { choice, refused } = start()
    choice.use('flyte-authorization')
    expect(await choice.otherThan(refused('authorization'))).toBe('flyte-authorization')
  })

  it('is none where authorization is advertised', async () => {
    const { choice, refused } = start({ advertises: ['Authorization'] })
    expect(await choice.otherThan(refused('authorization'))).toBeUndefined()
  })

  it('is none for a token that was refused in both, until there is another token', async () => {
    const { choice, refused, asked } = start()
    choice.giveUp('a')
    expect(await choice.otherThan(refused('authorization', 'a'))).toBeUndefined()
    expect(asked()).toBe(0)
    expect(await choice.otherThan(refused('authorization', 'b'))).toBe('flyte-authorization')
  })
})
