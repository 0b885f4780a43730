// How a Flyte Admin answers for signals, which over HTTP can be listed and set, but not made.
import { beforeEach, expect, test } from 'vitest'
import { asking, executionId } from './events.js'
import { launchExecution, uniqueName, useTarget } from './target.js'

const target = useTarget('events')
const ask = asking(target)

let name = ''
beforeEach(async () => {
  name = uniqueName()
  await launchExecution(target, name)
})

test('a signal that nobody has made cannot be set', async () => {
  const value = { scalar: { primitive: { boolean: true } } }
  const id = { signal_id: 's', execution_id: executionId(name) }
  const set = async (request: object) => (await ask('POST', 'signals', request))[1]
  expect(await set({ id, value })).toBe(
    `failed to validate that signal [{{flytesnacks development ${name}} s}] exists, err: [signal does not exist]`,
  )
  expect(await set({})).toBe('missing id')
  expect(await set({ id: { signal_id: 's' } })).toBe('missing execution_id')
  expect(await set({ id: { execution_id: executionId(name) } })).toBe('missing signal_id')
  expect(await set({ id: { signal_id: 's', execution_id: { project: 'p' } } })).toBe('missing domain')
  expect(await set({ id })).toBe('missing value')
})

test('signals are listed by their execution, which need not exist', async () => {
  const list = (query: string, of = name) => ask('GET', `signals/flytesnacks/development/${of}?${query}`)
  expect(await list('limit=1')).toEqual([200, { signals: [], token: '' }])
  expect(await list('limit=1', `${name}x`)).toEqual([200, { signals: [], token: '' }])
  expect(await list('limit=1&filters=eq(signal_id,s)')).toEqual([200, { signals: [], token: '' }])
  expect(await list('')).toEqual([400, 'invalid value for limit'])
  expect(await list('limit=1&token=z')).toEqual([400, 'invalid pagination token z for ListSignals'])
  expect(await list('limit=1&filters=eq(x,y)')).toEqual([400, "'s.x' is invalid filter"])
})
