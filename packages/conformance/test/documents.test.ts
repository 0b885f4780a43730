import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { documents, snippetsOf } from './documents.js'
import { root, run } from './run.js'

const folder = join(root, 'packages/conformance/.generated/snippets')
afterAll(() => rm(folder, { recursive: true, force: true }))

test('every piece of TypeScript in the documents and comments type-checks', { timeout: 60_000 }, async () => {
  const snippets = documents()
    .flatMap(snippetsOf)
    .filter(({ language }) => language === 'ts')
  expect(snippets.length).toBeGreaterThan(20)
  await mkdir(folder, { recursive: true })
  const names = new Map<string, string>()
  for (const [index, { place, code }] of snippets.entries()) {
    const name = `snippet-${index}.ts`
    names.set(name, place)
    await writeFile(join(folder, name), `${code}\nexport {}\n`)
  }
  const config = {
    extends: '../../../../tsconfig.base.json',
    compilerOptions: { types: ['node'], noUnusedLocals: false },
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { stdout } = await run(join(root, 'node_modules/.bin/tsc'), ['--project', folder, '--pretty', 'false'])
  const errors = stdout.replace(/^.*?(snippet-\d+\.ts)/gm, (_, name: string) => names.get(name) ?? name)
  expect(errors).toBe('')
})

test('the pieces of a source file are found behind its stars, those of Markdown as they are', () => {
  const [snippet] = snippetsOf(join(root, 'packages/core/src/flyte-error.ts'))
  expect(snippet?.code).toContain("import { FlyteError } from '@flyte-js/core'\n")
  expect(snippetsOf(join(root, 'README.md')).map(({ language }) => language)).toEqual([
    'bash',
    'bash',
    'ts',
    'ts',
    'bash',
    'ts',
    'ts',
    'bash',
  ])
})
