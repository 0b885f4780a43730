import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startModule } from './node-process.js'

// The package as it is installed: built, beside what it depends on and nothing else.

const root = fileURLToPath(new URL('../../..', import.meta.url))
let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyte-js-peers-'))
  for (const name of ['token-store', 'core'])
    for (const part of ['package.json', 'dist'])
      cpSync(join(root, 'packages', name, part), join(directory, 'node_modules/@flyte-js', name, part), {
        recursive: true,
      })
  cpSync(join(root, 'node_modules/env-paths'), join(directory, 'node_modules/env-paths'), { recursive: true })
  cpSync(join(root, 'node_modules/is-safe-filename'), join(directory, 'node_modules/is-safe-filename'), {
    recursive: true,
  })
})
afterAll(() => rmSync(directory, { recursive: true }))

async function run(source: string): Promise<string | undefined> {
  const child = startModule(source, [], { cwd: directory })
  const line = await child.line()
  await child.ended
  return line
}

describe('without the optional peers', () => {
  it('every entry is imported', async () => {
    const names = ['', '/file', '/keyring', '/redis', '/web-storage', '/indexed-db']
    const imports = names.map((name) => `await import('@flyte-js/token-store${name}')`).join('\n')
    expect(await run(`${imports}\nconsole.log('imported')`)).toBe('imported')
  })

  it.each([
    ['redis', 'redis/get', "redisStore({ url: 'redis://localhost' })", "get('k')", 'npm install redis'],
    [
      'redis',
      'redis/lock',
      "redisStore({ url: 'redis://localhost' })",
      "withLock('k', async () => {})",
      'npm install redis',
    ],
    ['keyring', 'keyring/get', "keyringStore({ endpoint: 'a.example' })", "get('k')", 'npm install @napi-rs/keyring'],
  ])('the %s store says at the first use what to install (%s)', async (name, _, store, call, remedy) => {
    const source = `
      import { ${name}Store } from '@flyte-js/token-store/${name}'
      const error = await ${store}.${call}.then(() => {}, (error) => error)
      console.log([error?.code, error?.message].join(' '))
    `
    const text = await run(source)
    expect(text).toMatch(/^FLYTE_STORE_UNAVAILABLE /)
    expect(text).toContain(remedy)
  })
})
