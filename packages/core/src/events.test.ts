import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { emit, type FlyteEvent } from './events.js'

const event: FlyteEvent = { type: 'token.rejected', grant: 'client_credentials' }

test('the listener has heard the event when emit returns', () => {
  const heard: FlyteEvent[] = []
  emit((each) => heard.push(each), event)
  expect(heard).toEqual([event])
})

test('nobody need listen', async () => {
  await expect(emit(undefined, event)).resolves.toBeUndefined()
})

test('what a listener throws is swallowed', async () => {
  const listener = vi.fn(() => {
    throw new Error('a broken logger')
  })
  await expect(emit(listener, event)).resolves.toBeUndefined()
  expect(listener).toHaveBeenCalledTimes(1)
})

test('what an async listener rejects with does not become an unhandled rejection', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  try {
    emit(async () => {
      throw new Error('a broken logger')
    }, event)
    // Node looks for rejections that nobody handled before it lets timers and immediates run.
    const port = new MessageChannel()
    const message = once(port.port2, 'message')
    port.port1.postMessage('')
    await message
    port.port1.close()
    expect(unhandled).not.toHaveBeenCalled()
  } finally {
    process.off('unhandledRejection', unhandled)
  }
})
