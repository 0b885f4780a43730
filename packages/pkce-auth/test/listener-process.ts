// Listens in a process of its own: on a machine, or a part of one, that lacks a loopback address.
import { listenOnLoopback } from '../src/node/loopback-listener.js'
import { listenAtFirst } from '../src/node/redirect-listener.js'
import { parseLoopbackUri } from '../src/node/redirect-uris.js'

const silent = { onPortTaken() {}, onGarbage() {} }
const outcomes: string[] = []
for (const host of ['localhost', '127.0.0.1', '[::1]']) {
  try {
    const { listener } = await listenAtFirst([parseLoopbackUri(`http://${host}:0/callback`)], silent)
    outcomes.push('listens')
    await listener.close()
  } catch (error) {
    outcomes.push((error as { code: string }).code)
  }
}
const listener = await listenOnLoopback(0, silent.onGarbage)
console.log(JSON.stringify({ addresses: listener?.addresses, outcomes }))
await listener?.close()
