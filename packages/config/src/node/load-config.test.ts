import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from './load-config.js'

const id = 'FLYTE_CREDENTIALS_CLIENT_ID'
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyte-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

test("it reads this process's environment, as it is when it is called", async () => {
  process.env[id] = 'ci'
  try {
    expect((await loadConfig()).get('credentials.client_id')).toBe('ci')
  } finally {
    delete process.env[id]
  }
  expect((await loadConfig()).get('credentials.client_id')).toBeUndefined()
})

test('or the environment that it is given', async () => {
  expect((await loadConfig({ env: { [id]: 'other' } })).get('credentials.client_id')).toBe('other')
})

test('overrides and strict are handed on', async () => {
  const { config } = await loadConfig({ env: {}, overrides: { platform: { url: 'h' } } })
  expect(config.platform.url).toBe('h')
  await expect(loadConfig({ env: { [`${id}_FROM_FILE`]: '/no/such/file' }, strict: true })).rejects.toMatchObject({
    code: 'FLYTE_CONFIG_REDIRECT_BROKEN',
  })
})

describe('a file that a redirect names', () => {
  const load = (path: string) => loadConfig({ env: { [`${id}_FROM_FILE`]: path } })

  test('is read as UTF-8, less its line breaks and its byte order mark', async () => {
    const path = await write('id.txt', '\uFEFF p@ss:w/o+rd %41é \r\nb\n')
    const { get, explain } = await load(path)
    expect(get('credentials.client_id')).toBe(' p@ss:w/o+rd %41é b')
    expect(explain().find((row) => row.setting === 'credentials.client_id')).toMatchObject({
      source: `${id}_FROM_FILE -> ${path}`,
      problems: [expect.stringContaining('byte order mark')],
    })
  })

  test('that is no UTF-8 cannot be read', async () => {
    const path = await write('latin.txt', new Uint8Array([0x63, 0xe9]))
    expect((await load(path)).get('credentials.client_id')).toBeUndefined()
  })

  test('is read anew each time', async () => {
    const path = await write('changing.txt', 'old')
    expect((await load(path)).get('credentials.client_id')).toBe('old')
    await write('changing.txt', 'new')
    expect((await load(path)).get('credentials.client_id')).toBe('new')
  })

  test('that is empty gives an empty value', async () => {
    expect((await load(await write('empty.txt', ''))).get('credentials.client_id')).toBe('')
  })

  test.each([
    ['is missing', () => join(folder, 'missing.txt')],
    ['is a folder', () => folder],
    ['is in what is no folder', async () => join(await write('file.txt', ''), 'id.txt')],
    ['has no name', () => ''],
    ['has a name that no file can have', () => 'a\0b'],
  ])('and that %s has no value, which is reported', async (_, pathOf) => {
    const path = await pathOf()
    const resolution = await load(path)
    const { get, explain } = resolution
    expect(get('credentials.client_id')).toBeUndefined()
    const problem = `${id}_FROM_FILE -> ${path || '(empty)'} (no such file, or it cannot be read)`
    expect(explain().find((row) => row.setting === 'credentials.client_id')?.problems).toEqual([problem])
    expect(() => resolution.require('credentials.client_id')).toThrow(problem)
  })

  test('and that we may not read has no value either', async () => {
    const path = await write('forbidden.txt', 'secret')
    await chmod(path, 0)
    const { get } = await load(path)
    // Root may read everything.
    expect(get('credentials.client_id')).toBe(process.getuid?.() === 0 ? 'secret' : undefined)
  })
})
