import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishedEntries, publishedPackages } from '../published.js'
import { run } from '../run.js'
import { type Packed, packAll } from './project.js'

// The declarations of every entry, as the oldest TypeScript that we serve and the newest one read them.

const compilers = { '5.5': 'typescript@5.5.4', '7.0': 'typescript@7.0.2' }
let packed: Packed
let folder: string

beforeAll(async () => {
  packed = await packAll()
  const aliases = Object.entries(compilers).map(([version, specifier]) => `typescript-${version}@npm:${specifier}`)
  folder = await packed.project('types', [
    ...publishedPackages().map((each) => each.folder),
    '@types/node@20',
    ...aliases,
  ])
  const names = publishedEntries().map(({ specifier }, index) => `import * as entry${index} from '${specifier}'`)
  const uses = `import { createFlyteClient } from '@flyte-js/node'
import { basicAuth } from '@flyte-js/basic-auth/node'
const flyte = await createFlyteClient()
const name: string | undefined = (await flyte.admin.listProjects()).projects[0]?.name
console.log(name, (await basicAuth()).endpoint)
// @ts-expect-error: a name that no project has, so the types are not any
console.log((await flyte.admin.listProjects()).projects[0]?.nickname)
`
  const entries = `console.log([${names.map((_, index) => `entry${index}`)}])\n`
  await writeFile(join(folder, 'types.mts'), `${names.join('\n')}\n${uses}${entries}`)
}, 120_000)
afterAll(() => packed.remove())

test.each(
  Object.keys(compilers).flatMap((version) =>
    ['node16', 'nodenext', 'bundler'].map((resolution) => [version, resolution] as const),
  ),
)('TypeScript %s reads the types of every entry under %s', { timeout: 90_000 }, async (version, resolution) => {
  const ended = await run(
    process.execPath,
    [
      join(folder, `node_modules/typescript-${version}/bin/tsc`),
      ...['--noEmit', '--strict', '--target', 'es2022', '--types', 'node'],
      ...['--lib', 'es2023,dom,dom.iterable,dom.asynciterable'],
      ...['--module', resolution === 'bundler' ? 'esnext' : resolution, '--moduleResolution', resolution],
      // The declarations themselves, too.
      ...['--skipLibCheck', 'false'],
      'types.mts',
    ],
    { cwd: folder },
  )
  expect(ended).toEqual({ code: 0, stdout: '', stderr: '' })
})
