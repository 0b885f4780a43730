import { readdirSync, readFileSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishedPackages } from '../published.js'
import { run } from '../run.js'
import { type Packed, packAll, registryEnvironment, runtimes } from './project.js'

// What is in the tarballs, and what comes along when one package is installed alone.

let packed: Packed
beforeAll(async () => {
  packed = await packAll()
}, 120_000)
afterAll(() => packed.remove())

/** The scripts that npm would run at the installation of a package. */
function installScripts(manifest: string): string[] {
  const { scripts = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
  return Object.keys(scripts).filter((script) => /^(pre|post)?install$/.test(script))
}

/** Everything that may be in a tarball: nothing but what was built, commands, and what a reader needs. */
const wanted = [
  /^(LICENSE|NOTICE|README\.md|package\.json)$/,
  /^bin\/flyte-[a-z-]+\.mjs$/,
  /^dist\/([a-z-]+\/)*[\w-]+\.(js|js\.map|d\.ts)$/,
  // What `flyte-js --help` says.
  /^dist\/main-help\.txt$/,
  /^dist\/(bundled-licenses\.txt|zod-LICENSE|flyteidl-LICENSE|flyteidl-NOTICE)$/,
]

describe('the tarballs', () => {
  test('hold nothing but what is wanted: no sources, no tests, no settings of tools', () => {
    expect(packed.tarballs).toHaveLength(publishedPackages().length)
    for (const { name, files } of packed.tarballs) {
      const paths = files.map(({ path }) => path)
      const needless = paths.filter((path) => !wanted.some((shape) => shape.test(path)) || /\btest\b/.test(path))
      expect(needless, name).toEqual([])
      expect(paths, name).toEqual(expect.arrayContaining(['LICENSE', 'NOTICE', 'README.md', 'package.json']))
    }
  })

  test('hold every file that their manifests name', () => {
    for (const { manifest } of publishedPackages()) {
      const paths = packed.tarballs.find(({ name }) => name === manifest.name)?.files.map(({ path }) => `./${path}`)
      const { './package.json': _, ...entries } = manifest.exports
      const named = Object.values(entries).flatMap((target) => [target.types, target.node ?? target.default ?? ''])
      const commands = Object.values(manifest.bin ?? {}).map((path) => `./${path}`)
      expect(paths, manifest.name).toEqual(expect.arrayContaining([...named, ...commands]))
    }
  })

  test("have source maps that show our own sources, and nobody else's", async () => {
    for (const { manifest, directory } of publishedPackages()) {
      const dist = join(directory, 'dist')
      for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.js.map')) continue
        const { sources, sourcesContent } = JSON.parse(readFileSync(join(dist, file), 'utf8'))
        const shown = sources.filter((_: string, index: number) => sourcesContent[index] !== null)
        expect(
          shown.filter((source: string) => source.includes('/node_modules/') || source.includes('.test.')),
          `${manifest.name}/${file}`,
        ).toEqual([])
      }
    }
  })
})

describe('basic-auth alone', () => {
  const client = { id: 'ci', secret: 'a-secret-of-ci' }
  let folder: string
  beforeAll(async () => {
    folder = await packed.project('basic', ['basic-auth', 'auth', 'config', 'core'])
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
  })
})

describe('token-store alone, without its optional peers', () => {
  let folder: string
  beforeAll(async () => {
    folder = await packed.project('stores', ['token-store', 'core'])
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
      session: await get(webStorageStore()),
      indexed: await get(indexedDbStore()),
      first: await get(firstAvailable([keyringStore({ endpoint: 'https://flyte.example.com' }), memoryStore()])),
    }
    console.log(JSON.stringify(answers))
  `
  test.each(runtimes)(
    'all six stores import on %s, and those that miss something say what',
    { timeout: 180_000 },
    async (_, program, args) => {
      await writeFile(join(folder, 'stores.mjs'), script)
      const env = registryEnvironment()
      const { stdout, stderr } = await run(program, [...args, 'stores.mjs'], { cwd: folder, env })
      expect(stdout, stderr).toMatch(/^\{/)
      expect(JSON.parse(stdout)).toEqual({
        memory: 'nothing',
        file: 'nothing',
        keyring: expect.stringMatching(/^FLYTE_STORE_UNAVAILABLE .*@napi-rs\/keyring/),
        redis: expect.stringMatching(/^FLYTE_STORE_UNAVAILABLE .*redis/),
        web: expect.stringMatching(/^FLYTE_STORE_UNAVAILABLE|^nothing/),
        session: expect.stringMatching(/^FLYTE_STORE_UNAVAILABLE|^nothing/),
        indexed: expect.stringMatching(/^FLYTE_STORE_UNAVAILABLE/),
        first: 'nothing',
      })
    },
  )
})
