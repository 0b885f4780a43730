import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findUnannounced } from './check-changesets.mjs'
import { findLayerBreaks } from './check-layers.mjs'

let base: string

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(base, path)), { recursive: true })
  await writeFile(join(base, path), text)
}
const manifest = (name: string, more = {}) =>
  write(`packages/${name}/package.json`, JSON.stringify({ name: `@flyte-js/${name}`, version: '0.0.0', ...more }))

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'flyte-js-check-'))
  await Promise.all(['core', 'auth', 'admin', 'node'].map((name) => manifest(name)))
  await write('packages/core/src/index.ts', 'export {}')
  await write('packages/auth/src/index.ts', "import '@flyte-js/core'")
  await write('packages/node/src/index.ts', "import '@flyte-js/auth'\nimport 'node:fs'")
  await mkdir(join(base, '.changeset'))
})
afterEach(() => rm(base, { recursive: true }))

test('a sound workspace has nothing wrong', () => {
  expect(findLayerBreaks(base)).toEqual([])
})

test.each([
  [
    'a floor above',
    'packages/auth/src/index.ts',
    "import '@flyte-js/node'",
    /auth\/src\/index\.ts imports node, which is not below/,
  ],
  [
    'a sibling',
    'packages/admin/src/index.ts',
    "import type { X } from '@flyte-js/auth'",
    /imports auth, which is not below admin/,
  ],
  ['a subpath of a sibling', 'packages/admin/src/index.ts', "export * from '@flyte-js/auth/x'", /imports auth/],
  ['a dynamic import of a sibling', 'packages/admin/src/index.ts', "await import('@flyte-js/auth')", /imports auth/],
  ['testing in a source', 'packages/admin/src/index.ts', "import '@flyte-js/testing'", /imports testing/],
  ['its own name', 'packages/auth/src/index.ts', "import '@flyte-js/auth'", /its own package by name/],
  ['Node outside a node folder', 'packages/auth/src/x.ts', "import 'node:fs'", /belongs in src\/node/],
  ['a node folder from outside', 'packages/auth/src/x.ts', "import './node/y.js'", /only the subpath/],
])('%s is found', async (_, path, text, fault) => {
  await write(path, text)
  expect(findLayerBreaks(base).join('\n')).toMatch(fault)
})

test('a dependency in package.json that no file imports is found as well', async () => {
  await manifest('auth', { dependencies: { '@flyte-js/node': '*' } })
  expect(findLayerBreaks(base)).toEqual(['auth/package.json depends on node, which is not below it'])
})

test('Node is fine in its folder, in tests, and in stores that have a subpath of their own', async () => {
  await manifest('token-store')
  await write('packages/token-store/src/file-lock.ts', "import 'node:fs'")
  await write('packages/auth/src/node/x.ts', "import 'node:fs'")
  await write('packages/auth/src/x.test.ts', "import 'node:fs'\nimport '@flyte-js/testing'")
  expect(findLayerBreaks(base)).toEqual([])
})

test('a cycle is found, of types too, and named whole', async () => {
  await write('packages/auth/src/a.ts', "import type { B } from './b.js'")
  await write('packages/auth/src/b.ts', "import './c.js'")
  await write('packages/auth/src/c.ts', "export * from './a.js'")
  const [cycle] = findLayerBreaks(base)
  expect(cycle).toMatch(/^a cycle: .*a\.ts -> .*b\.ts -> .*c\.ts -> .*a\.ts$/)
})

test('a package without a floor is found', async () => {
  await manifest('misc')
  expect(findLayerBreaks(base)).toEqual(['misc has no floor: add it to check-layers.mjs'])
})

test('a package that is new needs a changeset; a released or private one does not', async () => {
  await manifest('admin', { version: '1.0.0' })
  await manifest('node', { private: true })
  await write('.changeset/README.md', "'@flyte-js/core': minor")
  expect(findUnannounced(base)).toEqual(['@flyte-js/auth', '@flyte-js/core'])
  await write('.changeset/new.md', "---\n'@flyte-js/core': minor\n---\n\n'@flyte-js/auth': said in the text only\n")
  expect(findUnannounced(base)).toEqual(['@flyte-js/auth'])
  // As the changesets command writes it.
  await write('.changeset/other.md', '---\n"@flyte-js/auth": patch\n---\n\nMore.\n')
  expect(findUnannounced(base)).toEqual([])
})
