// Decoding a page of 1,000 executions, 1.9 MB of JSON, from its bytes: warm in this process, and the first one of a new process.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { binaryOf, decoders } from './decoders.mjs'
import { interleave, report } from './measure.mjs'
import { executionPage } from './messages.mjs'

const json = Buffer.from(JSON.stringify(executionPage(1_000, '1000')))
const page = { json, binary: await binaryOf(json) }
const goals = { 'flyte-js admin': 'at most 1.1' }

/** @type {Record<string, () => Promise<number>>} */
const warm = {}
for (const [name, create] of Object.entries(decoders)) {
  const decode = await create()
  warm[name] = async () => {
    const start = performance.now()
    for (let time = 0; time < 5; time += 1) await decode(page)
    return (performance.now() - start) / 5
  }
}
await interleave(warm, 3)
report('Decoding a page of 1,000 executions, warm', await interleave(warm, 25), 'JSON.parse', 'ms', goals)

const directory = mkdtempSync(join(tmpdir(), 'flyte-js-decode-'))
const files = [join(directory, 'page.json'), join(directory, 'page.binpb')]
writeFileSync(files[0], page.json)
writeFileSync(files[1], page.binary)
const first = (name) => async () => {
  const child = fork(fileURLToPath(new URL('decoders.mjs', import.meta.url)), [name, ...files])
  const [duration] = await once(child, 'message')
  return duration
}
const cold = Object.fromEntries(Object.keys(decoders).map((name) => [name, first(name)]))
report('The first page of a process, modules loaded', await interleave(cold, 7), 'JSON.parse', 'ms', goals)
rmSync(directory, { recursive: true })
