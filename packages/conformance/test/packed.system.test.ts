import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ended, root, run } from './run.js'

// The packages as users get them: packed, and installed in an empty project outside the workspace.

const published = [
  'core',
  'idl',
  'config',
  'auth',
  'token-store',
  'basic-auth',
  'pkce-auth',
  'code-auth',
  'device-auth',
  'admin',
  'node',
  'browser',
  'cli',
  'testing',
]
const client = { id: 'ci', secret: 'a-secret-of-ci' }
let directory: string

const npm = async (args: string[], cwd: string): Promise<Ended> => {
  const { HOME = directory } = process.env
  const registry = Object.entries(process.env).filter(([name]) =>
    /^(npm_config_|NODE_EXTRA|HTTPS?_PROXY|NO_PROXY)/i.test(name),
  )
  const env = { HOME, ...Object.fromEntries(registry as [string, string][]) }
  const ended = await run('npm', args, { cwd, env })
  if (ended.code !== 0) throw new Error(`npm ${args.join(' ')}: ${ended.stderr}`)
  return ended
}

/** An empty project with some of the packages in it. */
async function project(name: string, packages: readonly string[]): Promise<string> {
  const folder = join(directory, name)
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }))
  const tarballs = packages.map((each) => join(directory, `flyte-js-${each}-0.0.0.tgz`))
  await npm(['install', '--no-audit', '--no-fund', ...tarballs], folder)
  return folder
}

/** The scripts that npm would run at the installation of a package. */
function installScripts(manifest: string): string[] {
  const { scripts = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
  return Object.keys(scripts).filter((script) => /^(pre|post)?install$/.test(script))
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flyte-js-packed-'))
  for (const name of published)
    await npm(['pack', '--pack-destination', directory, join(root, 'packages', name)], directory)
}, 120_000)
afterAll(() => rm(directory, { recursive: true }))

describe('basic-auth alone', () => {
  let folder: string
  beforeAll(async () => {
    folder = await project('basic', ['basic-auth', 'auth', 'config', 'core'])
  }, 120_000)

  test('at most 11 packages and 2.5 MB, and no install script', () => {
    const modules = join(folder, 'node_modules')
    const names = readdirSync(modules)
      .filter((name) => !name.startsWith('.'))
      .flatMap((name) =>
        name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
      )
    const files = readdirSync(modules, { recursive: true, encoding: 'utf8' }).map((name) =>
      statSync(join(modules, name)),
    )
    const bytes = files.filter((file) => file.isFile()).reduce((sum, { size }) => sum + size, 0)
    console.log(`basic-auth alone: ${names.length} packages, ${(bytes / 1e6).toFixed(2)} MB`)
    expect(names.length).toBeLessThanOrEqual(11)
    expect(bytes).toBeLessThanOrEqual(2_500_000)
    for (const name of names) {
      expect(installScripts(join(modules, name, 'package.json')), name).toEqual([])
    }
  })

  test('its command and its function log in', async () => {
    await using admin = await startFlyteAdmin({ auth: 'self', clients: [client] })
    const env = {
      FLYTE_PLATFORM_URL: admin.url,
      FLYTE_CREDENTIALS_CLIENT_ID: client.id,
      FLYTE_CREDENTIALS_CLIENT_SECRET: client.secret,
    }
    const bin = await run(join(folder, 'node_modules/.bin/flyte-basic-auth'), ['header'], { cwd: folder, env })
    expect(bin).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^authorization: Bearer ey\S+\n$/) })
    const line =
      "import('@flyte-js/basic-auth/node').then(async m => console.log(Object.keys(await (await m.basicAuth()).headers())))"
    const imported = await run(process.execPath, ['-e', line], { cwd: folder, env })
    expect(imported).toEqual({ code: 0, stderr: '', stdout: "[ 'authorization' ]\n" })
    const required = await run(
      process.execPath,
      [
        '--input-type=commonjs',
        '-e',
        line.replace("import('@flyte-js/basic-auth/node')", "Promise.resolve(require('@flyte-js/basic-auth/node'))"),
      ],
      { cwd: folder, env },
    )
    expect(required.stdout).toBe("[ 'authorization' ]\n")
  })
})

describe('token-store alone, without its optional peers', () => {
  let folder: string
  beforeAll(async () => {
    folder = await project('stores', ['token-store', 'core'])
  }, 120_000)

  test('no native module, and no install script', () => {
    const modules = join(folder, 'node_modules')
    const files = readdirSync(modules, { recursive: true, encoding: 'utf8' })
    expect(files.filter((name) => name.endsWith('.node') || /^(redis|@redis|@napi-rs)(\/|$)/.test(name))).toEqual([])
    const manifests = files.filter((name) => /^(@[^/]+\/)?[^/]+\/package\.json$/.test(name))
    expect(manifests.length).toBeGreaterThan(2)
    for (const name of manifests) expect(installScripts(join(modules, name)), name).toEqual([])
  })

  const script = `
    import { firstAvailable, memoryStore } from '@flyte-js/token-store'
    import { fileStore } from '@flyte-js/token-store/file'
    import { keyringStore } from '@flyte-js/token-store/keyring'
    import { redisStore } from '@flyte-js/token-store/redis'
    import { webStorageStore } from '@flyte-js/token-store/web-storage'
    import { indexedDbStore } from '@flyte-js/token-store/indexed-db'
    const get = (store) => store.get('k').then((value) => value ?? 'nothing', ({ code, message }) => code + ' ' + message)
    const answers = {
      memory: await get(memoryStore()),
      file: await get(fileStore({ directory: './tokens' })),
      keyring: await get(keyringStore({ endpoint: 'https://flyte.example.com' })),
      redis: await get(redisStore({ url: 'redis://127.0.0.1:1' })),
      web: await get(webStorageStore({ area: 'local' })),
      indexed: await get(indexedDbStore()),
      first: await get(firstAvailable([keyringStore({ endpoint: 'https://flyte.example.com' }), memoryStore()])),
    }
    console.log(JSON.stringify(answers))
  `
  test.each([
    ['this Node', process.execPath, []],
    ['Node 22', 'npx', ['--yes', 'node@22']],
    ['Node 24', 'npx', ['--yes', 'node@24']],
    ['Node 26', 'npx', ['--yes', 'node@26']],
    ['Bun', 'npx', ['--yes', 'bun', 'run']],
    ['Deno', 'npx', ['--yes', 'deno', 'run', '--allow-all', '--node-modules-dir=manual']],
  ])(
    'all six stores import on %s, and those that miss something say what',
    { timeout: 180_000 },
    async (_, program, args) => {
      await writeFile(join(folder, 'stores.mjs'), script)
      const { HOME = directory } = process.env
      const { stdout, stderr } = await run(program, [...args, 'stores.mjs'], { cwd: folder, env: { HOME } })
      expect(stdout, stderr).toMatch(/^\{/)
      expect(JSON.parse(stdout)).toEqual({
        memory: 'nothing',
        file: 'nothing',
        keyring: expect.stringMatching(/^FLYTE_STORE_UNAVAILABLE .*@napi-rs\/keyring/),
        redis: expect.stringMatching(/^FLYTE_STORE_UNAVAILABLE .*redis/),
        web: expect.stringMatching(/^FLYTE_STORE_UNAVAILABLE|^nothing/),
        indexed: expect.stringMatching(/^FLYTE_STORE_UNAVAILABLE/),
        first: 'nothing',
      })
    },
  )
})

describe('all of them', () => {
  let folder: string
  beforeAll(async () => {
    folder = await project('all', published)
    await npm(['install', '--no-audit', '--no-fund', '@types/node@20'], folder)
  }, 120_000)

  test('each carries its licence, its README and its types, and no sources or tests', () => {
    for (const name of published) {
      const home = join(folder, 'node_modules/@flyte-js', name)
      const { exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
      for (const file of ['LICENSE', 'README.md', exports['.'].types]) {
        expect(existsSync(join(home, file)), `${name}/${file}`).toBe(true)
      }
      expect(
        readdirSync(home).filter((entry) => ['src', 'test', 'generate'].includes(entry)),
        name,
      ).toEqual([])
    }
    const idl = join(folder, 'node_modules/@flyte-js/idl')
    expect(
      ['NOTICE', 'dist/flyteidl-LICENSE', 'dist/flyteidl-NOTICE'].filter((file) => !existsSync(join(idl, file))),
    ).toEqual([])
  })

  test('a Node entry cannot be bundled for a browser: it fails at resolution', async () => {
    await writeFile(join(folder, 'wrong.mjs'), "import { basicAuth } from '@flyte-js/basic-auth/node'\nbasicAuth()\n")
    const esbuild = join(root, 'node_modules/.bin/esbuild')
    const { code, stderr } = await run(esbuild, ['--bundle', '--platform=browser', 'wrong.mjs'], { cwd: folder })
    expect(code).not.toBe(0)
    expect(stderr).toContain('Could not resolve "@flyte-js/basic-auth/node"')
    expect(stderr).toContain('null')
  })

  test('nothing is done at import: no socket, no timer, no output', async () => {
    const imports = [
      'core',
      'core/node',
      'token-store',
      'token-store/file',
      'token-store/keyring',
      'token-store/redis',
      'token-store/web-storage',
      'token-store/indexed-db',
      'config/node',
      'auth',
      'basic-auth/node',
      'admin',
      'admin/executions',
      'admin/literals',
      'admin/identifiers',
      'admin/filters',
      'admin/files',
      'admin/node',
      'node',
      'idl',
    ]
    const code = `${imports.map((name) => `await import('@flyte-js/${name}')`).join('\n')}\nconsole.log(process.getActiveResourcesInfo().filter((name) => /TCP|Socket|Server|Timeout|Immediate/.test(name)))`
    const ended = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: folder })
    expect(ended).toEqual({ code: 0, stderr: '', stdout: '[]\n' })
  })

  test.each(['node16', 'nodenext', 'bundler'])(
    'TypeScript resolves its types under %s',
    async (moduleResolution) => {
      const code = `import { createFlyteClient } from '@flyte-js/node'
import { basicAuth } from '@flyte-js/basic-auth/node'
const flyte = await createFlyteClient()
const name: string | undefined = (await flyte.admin.listProjects()).projects[0]?.name
console.log(name, (await basicAuth()).endpoint)
`
      await writeFile(join(folder, 'types.mts'), code)
      const module = moduleResolution === 'bundler' ? 'esnext' : moduleResolution
      const tsc = join(root, 'node_modules/.bin/tsc')
      const flags = [
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--skipLibCheck',
        'false',
        '--lib',
        'es2023,dom,dom.iterable,dom.asynciterable',
      ]
      const ended = await run(
        tsc,
        [...flags, '--module', module, '--moduleResolution', moduleResolution, 'types.mts'],
        { cwd: folder },
      )
      expect(ended.stdout).toBe('')
      expect(ended.code).toBe(0)
    },
    60_000,
  )
})

describe('other versions of Node', () => {
  test.each(['22', '24', '26'])('the command logs in on Node %s', { timeout: 180_000 }, async (version) => {
    await using admin = await startFlyteAdmin({ auth: 'self', clients: [client] })
    const { HOME = directory } = process.env
    const bin = join(root, 'packages/basic-auth/bin/flyte-basic-auth.mjs')
    const { code, stdout, stderr } = await run('npx', ['--yes', `node@${version}`, bin, 'header'], {
      cwd: directory,
      env: {
        HOME,
        FLYTE_PLATFORM_URL: admin.url,
        FLYTE_CREDENTIALS_CLIENT_ID: client.id,
        FLYTE_CREDENTIALS_CLIENT_SECRET: client.secret,
      },
    })
    expect(stderr.replace(/^npm (warn|notice).*\n/gm, '')).toBe('')
    expect(stdout).toMatch(/^authorization: Bearer /)
    expect(code).toBe(0)
    expect(admin.requestsTo('/oauth2/token')).toHaveLength(1)
  })
})
