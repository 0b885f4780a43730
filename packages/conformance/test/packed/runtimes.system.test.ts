import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishedEntries, publishedPackages } from '../published.js'
import { run } from '../run.js'
import { type Packed, packAll, registryEnvironment, runtimes } from './project.js'

// All packages together, on everything that runs JavaScript outside a page.

const client = { id: 'ci', secret: 'a-secret-of-ci' }
const entries = publishedEntries().map(({ specifier }) => specifier)
let packed: Packed
let folder: string

beforeAll(async () => {
  packed = await packAll()
  folder = await packed.project(
    'all',
    publishedPackages().map((each) => each.folder),
  )
  await writeFile(
    join(folder, 'smoke.mjs'),
    `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    const different = []
    for (const entry of ${JSON.stringify(entries)}) {
      const [imported, required] = [await import(entry), require(entry)].map((each) => Object.keys(each).sort().join())
      if (imported !== required || imported === '') different.push(entry)
    }
    const { createFlyteClient } = require('@flyte-js/node')
    const flyte = await createFlyteClient()
    const { projects } = await flyte.admin.listProjects()
    await flyte.close()
    const refused = await createFlyteClient({ config: { credentials: { clientSecret: 'wrong' } } })
    const error = await refused.admin.listProjects().catch((thrown) => thrown)
    const { FlyteError } = await import('@flyte-js/core')
    console.log(JSON.stringify({ different, projects: projects.length, code: FlyteError.isInstance(error) && error.code }))
    `,
  )
}, 120_000)
afterAll(() => packed.remove())

test.each(runtimes)(
  'on %s every entry can be imported and required, and a client logs in, lists and fails as it should',
  { timeout: 180_000 },
  async (_, program, args) => {
    await using admin = await startFlyteAdmin({ auth: 'self', clients: [client] })
    const { code, stdout, stderr } = await run(program, [...args, 'smoke.mjs'], {
      cwd: folder,
      env: {
        ...registryEnvironment(),
        FLYTE_PLATFORM_URL: admin.url,
        FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
        FLYTE_CREDENTIALS_CLIENT_ID: client.id,
        FLYTE_CREDENTIALS_CLIENT_SECRET: client.secret,
        FLYTE_JS_TOKEN_STORE: 'memory',
      },
    })
    expect(stdout, stderr).toMatch(/^\{/)
    expect(JSON.parse(stdout)).toEqual({ different: [], projects: 3, code: 'FLYTE_AUTH_GRANT_REFUSED' })
    expect(code).toBe(0)
    expect(admin.requestsTo('/oauth2/token').map(({ status }) => status)).toEqual([200, 401])
  },
)

test.each(runtimes)('on %s the commands log in', { timeout: 180_000 }, async (_, program, args) => {
  await using admin = await startFlyteAdmin({ auth: 'self', clients: [client] })
  const env = {
    ...registryEnvironment(),
    FLYTE_PLATFORM_URL: admin.url,
    FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
    FLYTE_CREDENTIALS_CLIENT_ID: client.id,
    FLYTE_CREDENTIALS_CLIENT_SECRET: client.secret,
    FLYTE_JS_TOKEN_STORE: 'memory',
  }
  const bin = (path: string) => join('node_modules/@flyte-js', path)
  const ended = await Promise.all([
    run(program, [...args, bin('basic-auth/bin/flyte-basic-auth.mjs'), 'header'], { cwd: folder, env }),
    run(program, [...args, bin('cli/bin/flyte-js.mjs'), 'get', 'projects', '-o', 'name'], { cwd: folder, env }),
  ])
  const [header, projects] = ended.map(({ stdout, ...rest }) => ({ stdout, ...rest }))
  expect(header).toMatchObject({ code: 0, stdout: expect.stringMatching(/^authorization: Bearer /) })
  expect(projects, projects?.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^flytesnacks$/m) })
  expect(admin.requestsTo('/oauth2/token')).toHaveLength(2)
})

test('nothing is done at import: no socket, no timer, no output', async () => {
  const code = `${entries.map((name) => `await import('${name}')`).join('\n')}\nconsole.log(process.getActiveResourcesInfo().filter((name) => /TCP|Socket|Server|Timeout|Immediate|Message/.test(name)))`
  const ended = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: folder })
  expect({ ...ended, stderr: ended.stderr.replace(/^oidc-provider .*\n/gm, '') }).toEqual({
    code: 0,
    stderr: '',
    stdout: '[]\n',
  })
})
