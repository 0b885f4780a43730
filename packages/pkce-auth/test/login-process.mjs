// A program that logs in, in a process of its own: node login-process.mjs '<JSON: options, and how often>'. It tells what happens,
// a line of JSON each.
import { getActiveResourcesInfo } from 'node:process'
import { systemClock } from '@flyte-js/core'
import { followRedirects } from '@flyte-js/testing'
import { loopbackLogin } from '../dist/node/index.js'

const {
  times = 1,
  follows = false,
  hearsInterrupt = false,
  usesTerminal = false,
  ...options
} = JSON.parse(process.argv[2])
const tell = (told) => console.log(JSON.stringify(told))
if (hearsInterrupt) process[hearsInterrupt]('SIGINT', () => tell({ interrupted: true }))

/** What would keep the process, but for the pipes of its output. */
const resources = () => getActiveResourcesInfo().filter((name) => name !== 'PipeWrap' && name !== 'TTYWrap')
const heap = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const listeners = () => process.eventNames().map((name) => `${String(name)}: ${process.listenerCount(name)}`)

const before = listeners()
const heaps = []
for (let login = 1; login <= times; login++) {
  const onUrl = async (url) => {
    if (follows) await followRedirects(url)
    else tell({ url })
  }
  const grant = loopbackLogin({ browser: false, pasteFrom: false, ...options, onUrl })
  try {
    const { accessToken } = await grant.acquire({ clock: systemClock, onEvent: (event) => tell({ event }) })
    if (times === 1) tell({ accessToken })
  } catch (error) {
    tell({ name: error.name, message: error.message })
  }
  if (globalThis.gc) heaps.push(heap())
}
// What is closed is gone when the loop has turned, and fetch's connections when they have been idle for a moment.
for (let turn = 0; turn < 100 && resources().length > 0; turn++) await new Promise((resolve) => setImmediate(resolve))
tell({ done: { resources: resources(), heaps, hasOurListeners: String(listeners()) !== String(before) } })
// A worker of a cluster would wait for its next task.
process.disconnect?.()
