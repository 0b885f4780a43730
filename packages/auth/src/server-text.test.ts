import { expect, it } from 'vitest'
import { serverRefusal } from './server-text.js'

it.each([
  ['C0 controls', 'a\u001b[31mb', 'a [31mb'],
  ['C1 controls, which are escape sequences of one character', 'a\u009b31mb', 'a 31mb'],
  ['line and paragraph separators', 'a\u2028\u2029b', 'a b'],
  ['overrides of the direction of writing', 'a\u202eb\u2066c', 'a b c'],
])('what a server says has no %s in it', (_, description, shown) => {
  expect(serverRefusal('access_denied', description, []).words).toBe(`access_denied (${shown})`)
})
