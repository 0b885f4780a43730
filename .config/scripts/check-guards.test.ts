import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findNodeInBrowsers } from './guards/browser-reach.mjs'
import { findEval, findSecrets, findSpawning } from './guards/built-files.mjs'
import { findDifferentNames, findUnbranded, findUndocumentedCodes } from './guards/exported-names.mjs'

// Each guard is shown its fault, planted in a workspace that is otherwise sound.

let base: string

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(base, path)), { recursive: true })
  await writeFile(join(base, path), text)
}

async function plant(folder: string, exports: object): Promise<void> {
  await write(
    `packages/${folder}/package.json`,
    JSON.stringify({ name: `@flyte-js/${folder}`, type: 'module', sideEffects: false, exports }),
  )
  await mkdir(join(base, 'node_modules/@flyte-js'), { recursive: true })
  await symlink(join(base, 'packages', folder), join(base, 'node_modules/@flyte-js', folder), 'junction')
}

/** Of a library that is not ours. */
const library = async (manifest: object, text: string) => {
  await write('node_modules/library/package.json', JSON.stringify({ name: 'library', main: 'index.js', ...manifest }))
  await write('node_modules/library/index.js', text)
}

const brandedError = `export class FlyteError extends Error {
  constructor(code, message) { super(message); Object.defineProperty(this, Symbol.for('flyte-js.error'), { value: true }) }
}`

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'flyte-js-guards-'))
  await plant('core', {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './node': { browser: null, node: './dist/node/index.js' },
    './package.json': './package.json',
  })
  await write('packages/core/dist/index.js', `${brandedError}\nexport const eval_ = (redis) => redis.eval('return 1')`)
  await write(
    'packages/core/dist/index.d.ts',
    "type FlyteErrorCode = 'FLYTE_A' | 'FLYTE_B';\nexport type { FlyteErrorCode };",
  )
  await write('packages/core/dist/node/index.js', "export { spawn } from 'node:child_process'")
  await write('docs/errors.md', '# Errors\n\n| code | meaning |\n|---|---|\n| `FLYTE_A` | a |\n| `FLYTE_B` | b |\n')
  for (const folder of ['node', 'browser']) {
    await plant(folder, {
      '.': folder === 'node' ? { browser: null, node: './dist/index.js' } : { default: './dist/index.js' },
    })
    await write(
      `packages/${folder}/dist/index.js`,
      "import { FlyteError } from '@flyte-js/core'\nexport { FlyteError }",
    )
    await write(
      `packages/${folder}/dist/index.d.ts`,
      'declare function create(): void;\nexport { type FlyteClient, type FlyteClientOptions, create as createFlyteClient };',
    )
  }
})
afterEach(() => rm(base, { recursive: true }))

test('a sound workspace passes every guard', async () => {
  const guards = [
    findNodeInBrowsers,
    findEval,
    findSpawning,
    findSecrets,
    findUnbranded,
    findUndocumentedCodes,
    findDifferentNames,
  ]
  expect((await Promise.all(guards.map((find) => find(base)))).flat()).toEqual([])
})

const ofCore = 'packages/core/dist/index.js'
const ofBrowser = 'packages/browser/dist/index.js'

test.each([
  ['imported', ofCore, "import 'node:fs'", /can reach node:fs in packages\/core\/dist\/index\.js/],
  ['without its prefix', ofCore, "export { join } from 'path'", /can reach path in packages\/core/],
  [
    'loaded late',
    ofBrowser,
    "export const late = () => import('node:fs').catch(() => 0)",
    /node:fs in packages\/browser/,
  ],
  ['asked of the process', ofCore, "process.getBuiltinModule?.('node:tty')", /can reach node:tty/],
  ['through another package', ofBrowser, "export * from '@flyte-js/core'", undefined],
  ['through an entry that is closed', ofBrowser, "export * from '@flyte-js/core/node'", /@flyte-js\/core\/node/],
  ['in a library', ofBrowser, "export * from 'library'", /can reach fs in node_modules\/library\/index\.js/],
])('node: where a browser can reach it is found: %s', async (_, path, text, fault) => {
  await library({}, "import 'fs'\nexport const a = 1")
  await write(path, text)
  const faults = await findNodeInBrowsers(base)
  if (fault === undefined) expect(faults).toEqual([])
  else expect(faults.join('\n')).toMatch(fault)
})

test('a module of Node that a library leaves out for browsers is none', async () => {
  await library({ browser: { fs: false } }, "import 'fs'\nexport const a = 1")
  await write(ofBrowser, "export * from 'library'")
  expect(await findNodeInBrowsers(base)).toEqual([])
})

test('an entry that was left open to browsers is found', async () => {
  await write(
    'packages/core/package.json',
    JSON.stringify({
      name: '@flyte-js/core',
      type: 'module',
      exports: { './node': { default: './dist/node/index.js' } },
    }),
  )
  expect((await findNodeInBrowsers(base)).join('\n')).toContain(
    'a browser can reach node:child_process in packages/core/dist/node/index.js',
  )
})

test.each([
  ['eval', 'export const run = (text) => eval(text)'],
  ['eval', 'export const run = globalThis.eval'],
  ['Function', "export const run = new Function('return 1')"],
  ['Function', "const F = Function\nexport const run = new F('return 1')"],
])('%s is found, under another name too', async (name, text) => {
  await write(ofCore, text)
  expect(findEval(base)).toEqual([`packages/core/dist/index.js has ${name}`])
})

test('a program that is started elsewhere is found, in the source that a shared chunk was made from', async () => {
  await write(ofCore, "import { spawn } from 'node:child_process'")
  expect(findSpawning(base)).toEqual([`${ofCore} starts programs: that belongs in src/node/`])
  const map = (source: string) =>
    write(`${ofCore}.map`, JSON.stringify({ sources: [`../src/${source}`], sourcesContent: ["'node:child_process'"] }))
  await map('node/keyring.ts')
  expect(findSpawning(base)).toEqual([])
  await map('keyring.ts')
  expect(findSpawning(base)).toEqual(['packages/core/src/keyring.ts starts programs: that belongs in src/node/'])
})

// Put together here, so that nobody's scanner takes them for real ones.
test.each([
  ['a private key', ['-----BEGIN RSA', 'PRIVATE KEY-----']],
  ['a private JWK', ['{"kty":"EC","d":"', `${'x'.repeat(43)}"}`]],
  ['a JWT', ['eyJhbGciOiJI', 'UzI1NiJ9.eyJzdWIiOiIxMjM0NTYi.c2lnbmF0dXJlLW9mLWl0']],
  ['a token of GitHub', ['ghp_', 'a1'.repeat(18)]],
  ['a token of npm', ['npm_', 'a1'.repeat(18)]],
  ['a key of AWS', ['AKIA', 'A1'.repeat(8)]],
  ['a token of Slack', ['xoxb-', '123456789012']],
  ['a password in a URL', ['redis://someone:', 'hunter2@host']],
])('%s is found, in a source map too', async (what, parts) => {
  await write(ofCore, `export const text = '${parts.join('')}'`)
  expect(findSecrets(base)).toEqual([`${ofCore} holds what looks like ${what}`])
  await write(ofCore, 'export const text = 1')
  await write(`${ofCore}.map`, JSON.stringify({ sources: ['../src/index.ts'], sourcesContent: [parts.join('')] }))
  expect(findSecrets(base)).toEqual([`${ofCore} holds what looks like ${what}`])
})

test('the words of a document are no secret', async () => {
  await write(ofCore, "export const help = 'redis://user:password@host, or proxy=http://user:secret@proxy.example.com'")
  expect(findSecrets(base)).toEqual([])
})

test('an exported error without the brand is found, in every entry', async () => {
  await write(ofBrowser, 'export class PlainError extends Error {}')
  await write(
    'packages/core/dist/node/index.js',
    'export class Odd extends Error { constructor({ a }) { super(a.b.c) } }',
  )
  expect((await findUnbranded(base)).sort()).toEqual([
    '@flyte-js/browser exports PlainError, whose errors have no brand: extend FlyteError',
    '@flyte-js/core/node exports Odd, whose errors have no brand: extend FlyteError',
  ])
})

test('a code without a row is found, and a union that is not there', async () => {
  await write('docs/errors.md', '# Errors\n\n| `FLYTE_A` | see FLYTE_B |\n')
  expect(findUndocumentedCodes(base)).toEqual(['docs/errors.md has no row for FLYTE_B'])
  await write('packages/core/dist/index.d.ts', 'export {}')
  expect(findUndocumentedCodes(base)).toEqual(['core/dist/index.d.ts declares no FlyteErrorCode'])
})

test('a name that one platform lacks is found', async () => {
  await write(
    'packages/browser/dist/index.d.ts',
    'export declare function createFlyteClient(): void;\nexport interface FlyteClient {}\nexport { type Options as FlyteOptions };',
  )
  expect(findDifferentNames(base)).toEqual([
    '@flyte-js/browser does not export FlyteClientOptions, which both platforms have',
  ])
})
