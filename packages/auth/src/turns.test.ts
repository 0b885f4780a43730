import { describe, expect, it } from 'vitest'
import { settled } from '../test/numbered-grant.js'
import { createTurns, orAborted } from './turns.js'

/** A promise that a test ends by hand. */
function gate() {
  let open = () => {}
  let break_ = (_error: unknown) => {}
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve
    break_ = reject
  })
  // It may be broken before anybody waits for it.
  passed.catch(() => {})
  return { passed, open, break: break_ }
}

describe('turns', () => {
  it('come one at a time, in order, whatever becomes of those before', async () => {
    const inTurn = createTurns()
    const log: string[] = []
    const gates = [gate(), gate(), gate()]
    const runs = gates.map(({ passed }, index) =>
      inTurn(async () => {
        log.push(`start ${index}`)
        await passed
        log.push(`end ${index}`)
        return index
      }).catch((error: unknown) => error),
    )
    gates[2]?.open()
    gates[1]?.break('broken')
    await settled()
    expect(log).toEqual(['start 0'])
    gates[0]?.open()
    expect(await Promise.all(runs)).toEqual([0, 'broken', 2])
    expect(log).toEqual(['start 0', 'end 0', 'start 1', 'start 2', 'end 2'])
  })

  it('are given up by an abort, and those behind still wait for those before', async () => {
    const inTurn = createTurns()
    const first = gate()
    const log: string[] = []
    const run = (name: string) => async () => {
      log.push(name)
    }
    const running = inTurn(() => first.passed)
    const controller = new AbortController()
    const leaving = inTurn(run('leaving'), controller.signal)
    const staying = inTurn(run('staying'))
    controller.abort('enough')
    await expect(leaving).rejects.toBe('enough')
    await settled()
    expect(log).toEqual([])
    first.open()
    await Promise.all([running, staying])
    expect(log).toEqual(['staying'])
  })

  it('do not end what runs already when their signal is aborted', async () => {
    const inTurn = createTurns()
    const first = gate()
    const controller = new AbortController()
    const running = inTurn(() => first.passed, controller.signal)
    await settled()
    controller.abort('enough')
    first.open()
    await expect(running).resolves.toBeUndefined()
  })
})

describe('a promise or an abort', () => {
  it('is whichever comes first, and nobody misses the other', async () => {
    // A rejection that nobody hears would fail the run.
    await expect(orAborted(Promise.reject(new Error('late')), AbortSignal.abort('early'))).rejects.toBe('early')
    const controller = new AbortController()
    const late = gate()
    const waiting = orAborted(late.passed, controller.signal)
    controller.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    late.break(new Error('late'))
    await settled()
    await expect(orAborted(Promise.resolve('first'), new AbortController().signal)).resolves.toBe('first')
    await expect(orAborted(Promise.resolve('only'), undefined)).resolves.toBe('only')
  })
})
