// The example of the README runs as it stands there.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))

test('the example of the README passes', async () => {
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8')
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain(`from '@flyte-js/testing'`)
  await mkdir(join(packageFolder, '.generated'), { recursive: true })
  const folder = await mkdtemp(join(packageFolder, '.generated/readme-'))
  try {
    // No name that other runs would take for a test of theirs.
    await writeFile(join(folder, 'example.ts'), example.replace(`'@flyte-js/testing'`, `'../../src/index.js'`))
    await writeFile(join(folder, 'vitest.config.mjs'), `export default { test: { include: ['example.ts'] } }`)
    const vitest = fileURLToPath(new URL('../vitest.mjs', import.meta.resolve('vitest')))
    const { stdout } = await promisify(execFile)(process.execPath, [
      vitest,
      'run',
      '--root',
      folder,
      '--reporter',
      'json',
    ])
    expect(JSON.parse(stdout)).toMatchObject({ success: true, numPassedTests: 2 })
  } finally {
    await rm(folder, { recursive: true })
  }
}, 60_000)
