import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { onAbort } from './on-abort.js'

describe('onAbort', () => {
  it('has one listener for a signal, however many wait, and none when nobody does', () => {
    const { signal } = new AbortController()
    const forget = Array.from({ length: 100 }, () => onAbort(signal, () => undefined))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    for (const each of forget.slice(1)) each()
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    forget[0]?.()
    forget[0]?.()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('calls each once, but for those that were forgotten', () => {
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

  it('can be asked again after everybody has left', () => {
    const controller = new AbortController()
    onAbort(controller.signal, () => undefined)()
    let calls = 0
    onAbort(controller.signal, () => {
      calls += 1
    })
    controller.abort()
    expect(calls).toBe(1)
  })
})
