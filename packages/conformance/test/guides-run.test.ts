// The code of the guides that can run, as it stands.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { snippetsOf } from './documents.js'
import { root, run } from './run.js'

const folder = join(root, 'packages/conformance/.generated/guides')
const secret = 'the-secret'
let admin: FlyteAdmin

beforeAll(async () => {
  admin = await startFlyteAdmin({ clients: [{ id: 'ci', secret }] })
  await mkdir(folder, { recursive: true })
})
afterAll(async () => {
  await admin.close()
  await rm(folder, { recursive: true, force: true })
})

const snippets = snippetsOf(join(root, 'docs/getting-started.md'))

/** The settings that the guide's first lines and its part on CI make, with a real server in the place of its example. */
const environment = () =>
  Object.fromEntries(
    snippets
      .filter(({ language }) => language === 'bash')
      .flatMap(({ code }) => [...code.matchAll(/^export (\w+)=(\S+)/gm)])
      .map(([, name = '', value = '']) => [name, value.replace('flyte.example.com', admin.url)]),
  )

test.each([
  ['lists executions', 'listExecutions.paginate', '/api/v1/executions/flytesnacks/development'],
  ['tells errors', 'FlyteError.isInstance', '/api/v1/version'],
])('getting started %s', async (_, holds, path) => {
  const code = snippets.find(({ language, code }) => language === 'ts' && code.includes(holds))?.code ?? ''
  const file = join(folder, 'snippet.mjs')
  // It is JavaScript but for its name.
  await writeFile(file, code)
  admin.clearRequests()
  const { code: exitCode, stderr } = await run(process.execPath, [file], {
    env: { ...environment(), FLYTE_JS_TOKEN_STORE: 'memory' },
  })
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  expect(admin.requestsTo(path).at(-1)?.status).toBe(200)
})

test('each redirect that CI systems need leads to the secret', async () => {
  const file = join(folder, 'secret')
  await writeFile(file, `${secret}\n`)
  const bin = join(root, 'packages/basic-auth/bin/flyte-basic-auth.mjs')
  const { FLYTE_CREDENTIALS_CLIENT_SECRET: _, ...rest } = environment()
  for (const redirect of [
    { FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE: file },
    { FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR: 'FLYTE_BOT_PSW', FLYTE_BOT_PSW: secret },
  ]) {
    const { code, stdout, stderr } = await run(process.execPath, [bin, 'header'], { env: { ...rest, ...redirect } })
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^authorization: Bearer \S+\n$/)
  }
})

test('every test of the guide to testing passes', { timeout: 60_000 }, async () => {
  const tests = snippetsOf(join(root, 'docs/testing.md')).filter(({ code }) => code.includes("from 'vitest'"))
  expect(tests.length).toBeGreaterThan(3)
  for (const [index, { code }] of tests.entries()) await writeFile(join(folder, `guide-${index}.ts`), code)
  await writeFile(join(folder, 'vitest.config.mjs'), `export default { test: { include: ['guide-*.ts'] } }`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const { stdout } = await run(process.execPath, [vitest, 'run', '--root', folder, '--reporter', 'json'])
  const { numPassedTests, testResults } = JSON.parse(stdout)
  expect(
    testResults.flatMap((file: { assertionResults: { failureMessages: string[] }[] }) =>
      file.assertionResults.flatMap(({ failureMessages }) => failureMessages),
    ),
  ).toEqual([])
  expect(numPassedTests).toBe(tests.length)
})
