// What the commands print, each in every format. After a change that is meant: vitest run -u, and read what has changed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { populate, register, startWorld, type World } from './world.js'

const formats = ['table', 'wide', 'json', 'yaml', 'name'] as const

let world: World
beforeAll(async () => {
  world = await startWorld()
  await register(world)
  await populate(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const golden = (words: readonly string[], format: string): string =>
  `./golden/${words.map((word) => word.replaceAll(/[^a-z0-9.-]+/gi, '_').replace(/^-+/, '')).join('-')}.${format}.txt`

describe.each([
  ['get projects'],
  ['get project flytesnacks'],
  ['get domains'],
  ['get workflows'],
  ['get workflows workflows.train'],
  ['get workflow workflows.train --version v1'],
  ['get tasks'],
  ['get task tasks.fit --version v2'],
  ['get launchplans'],
  ['get launchplans nightly'],
  ['get launchplan workflows.train --version v1'],
  ['get executions'],
  ['get execution broken'],
  ['get node-executions running'],
  ['get node-executions running n0'],
  ['describe project flytesnacks'],
  ['describe domain development'],
  ['describe workflow workflows.train'],
  ['describe task tasks.fit'],
  ['describe launchplan nightly'],
  ['describe execution done'],
  ['describe execution broken'],
  ['describe node-execution broken n0'],
  ['watch done'],
])('%s', (line) => {
  it.each(formats)('as %s', async (format) => {
    const words = line.split(' ')
    const { stdout, stderr, code } = await world.run([...words, '-o', format])
    if (words[0] !== 'watch') expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    await expect(stdout).toMatchFileSnapshot(golden(words, format))
  })
})

/** Those that change something: each in a world of its own. */
describe.each([
  ['launch workflows.train --input epochs=3 --input rates=[1] --name made'],
  ['launch --task tasks.fit --input epochs=3 --input rates=[1] --name made'],
  ['relaunch broken --name made'],
  ['recover broken --name made'],
  ['terminate running waiting --reason enough'],
])('%s', (line) => {
  it.each(formats)('as %s', async (format) => {
    await using own = await startWorld()
    await register(own)
    await populate(own)
    const words = line.split(' ')
    const { stdout, stderr, code } = await own.run([...words, '-o', format])
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    await expect(stdout).toMatchFileSnapshot(golden(words, format))
  })
})
