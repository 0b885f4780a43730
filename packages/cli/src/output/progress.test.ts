import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Io } from '../io.js'
import { createProgress } from './progress.js'

let log: string[]
beforeEach(() => {
  vi.useFakeTimers()
  log = []
})
afterEach(() => vi.useRealTimers())

const progress = (io: Partial<Io>) =>
  createProgress(
    {
      env: {},
      isErrorTerminal: true,
      stderr: { write: (text: string) => log.push(text.trimEnd()) },
      ...io,
    } as Io,
    async (text) => ({ start: () => log.push(`start ${text}`), stop: () => log.push('stop') }),
  )

it('turns after half a second, out of the way of lines, until the work has ended', async () => {
  let end = () => {}
  const { busy, tell } = progress({})
  const work = busy(
    'Working',
    new Promise<void>((resolve) => {
      end = resolve
    }),
  )
  await vi.advanceTimersByTimeAsync(499)
  expect(log).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  tell('a line')
  end()
  await work
  expect(log).toEqual(['start Working', 'stop', 'a line', 'start Working', 'stop'])
  tell('another')
  expect(log.at(-1)).toBe('another')
})

it('does not turn for what is quick, and hands on what it throws', async () => {
  const failure = new Error('no')
  await expect(progress({}).busy('Working', Promise.reject(failure))).rejects.toBe(failure)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(log).toEqual([])
})

it.each<[string, Partial<Io>]>([
  ['no terminal', { isErrorTerminal: false }],
  ['a CI system', { env: { CI: 'true' } }],
  ['a terminal that cannot', { env: { TERM: 'dumb' } }],
])('never turns at %s', async (_, io) => {
  const work = progress(io).busy('Working', new Promise((resolve) => setTimeout(resolve, 2_000)))
  await vi.advanceTimersByTimeAsync(2_000)
  await work
  expect(log).toEqual([])
})
