import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { createExpiryWatch } from './expiry-watch.js'

function watched() {
  const tell = vi.fn()
  return { tell, ...createExpiryWatch(tell) }
}

it('tells once, however many are refused, and again only after somebody was signed in', () => {
  const { tell, begin, refused, signedIn } = watched()
  const [first, second] = [begin(), begin()]
  refused(first)
  refused(second)
  refused(begin())
  expect(tell).toHaveBeenCalledOnce()
  signedIn(begin())
  expect(tell).toHaveBeenCalledOnce()
  refused(begin())
  refused(begin())
  expect(tell).toHaveBeenCalledTimes(2)
})

it('is not misled by answers that come late', () => {
  const { tell, begin, refused, signedIn } = watched()
  const [asked, refusedEarly, refusedLate] = [begin(), begin(), begin()]
  refused(refusedEarly)
  signedIn(asked)
  refused(refusedLate)
  expect(tell).toHaveBeenCalledOnce()
  const [before, again] = [begin(), begin()]
  signedIn(again)
  refused(before)
  expect(tell).toHaveBeenCalledOnce()
  refused(begin())
  expect(tell).toHaveBeenCalledTimes(2)
})

it('has no news for who has heard already that nobody is signed in', () => {
  const { tell, begin, refused, signedIn, signedOut } = watched()
  signedOut(begin())
  refused(begin())
  expect(tell).not.toHaveBeenCalled()
  signedIn(begin())
  signedOut(begin())
  signedOut(begin())
  expect(tell).toHaveBeenCalledOnce()
})

it('tells at most once between two sign-ins, and no end of a session that was not there', () => {
  const step = fc.tuple(fc.constantFrom('begin', 'refused', 'signedIn', 'signedOut'), fc.nat({ max: 5 }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { tell, begin, ...watch } = watched()
      const underWay: number[] = []
      let signIns = 0
      for (const [what, which] of steps) {
        if (what === 'begin') underWay.push(begin())
        else {
          const [begun] = underWay.splice(which % (underWay.length || 1), 1)
          if (begun === undefined) continue
          if (what === 'signedIn') signIns++
          watch[what](begun)
        }
        expect(tell.mock.calls.length).toBeLessThanOrEqual(signIns + 1)
      }
    }),
  )
})
