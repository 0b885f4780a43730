import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { snippetsOf } from './documents.js'
import { root, run } from './run.js'

const secret = 'p@ss:w/o+rd %41é'
const folder = join(root, 'packages/conformance/.generated/readme')
let admin: FlyteAdmin
let directory: string

beforeAll(async () => {
  admin = await startFlyteAdmin({ auth: 'self', clients: [{ id: 'ci', secret }] })
  directory = await mkdtemp(join(tmpdir(), 'flyte-js-readme-'))
  await mkdir(folder, { recursive: true })
  await writeFile(join(directory, 'secret'), secret)
})
afterAll(async () => {
  await admin.close()
  await rm(directory, { recursive: true })
  await rm(folder, { recursive: true, force: true })
})

const [, settings = '', node, script, shell = ''] = snippetsOf(join(root, 'README.md')).map(({ code }) => code)

/** The README's settings, with a real server and a real file in the place of its examples. */
const environment = () =>
  Object.fromEntries(
    [...settings.matchAll(/^export (\w+)=(\S+)/gm)].map(([, name = '', value = '']) => [
      name,
      value.replace('flyte.example.com', admin.url).replace('/run/secrets/flyte', join(directory, 'secret')),
    ]),
  )

test.each([
  ['In Node', node, '/api/v1/executions/flytesnacks/development'],
  ['In CI, from JavaScript', script, '/api/v1/projects'],
])('the code under "%s" runs as it stands', async (_, code, path) => {
  const file = join(folder, 'snippet.mjs')
  // It is JavaScript but for its name.
  await writeFile(file, code ?? '')
  admin.clearRequests()
  const { code: exitCode, stderr } = await run(process.execPath, [file], { env: environment() })
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  const answered = admin.requestsTo(path).map(({ status }) => status)
  expect(answered.at(-1)).toBe(200)
})

test('the line under "In CI, from a shell" runs as it stands, with the server\'s address put in', async () => {
  const line = shell
    // Both stand for what a user has: an installed package, and a server with TLS.
    .replace(
      'npx @flyte-js/basic-auth',
      `${process.execPath} ${join(root, 'packages/basic-auth/bin/flyte-basic-auth.mjs')}`,
    )
    .replace('https://', '')
  const { stdout, stderr } = await run('bash', ['-euc', line], { env: environment() })
  expect(JSON.parse(stdout || stderr)).toHaveProperty('projects')
})
