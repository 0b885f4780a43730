import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configPath } from './config-path.js'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'flyte-config-path-'))
  mkdirSync(join(home, '.flyte'))
})
afterAll(() => rmSync(home, { recursive: true }))

test('is where loadConfig would read, profile and all', () => {
  const env = { HOME: home }
  expect(configPath({ env, workingDirectory: home })).toBeUndefined()
  writeFileSync(join(home, '.flyte/config.yaml'), '')
  expect(configPath({ env, workingDirectory: home })).toBe(join(home, '.flyte/config.yaml'))
  expect(() => configPath({ env, profile: 'staging' })).toThrow('staging')
  writeFileSync(join(home, '.flyte/config.staging.yaml'), '')
  expect(configPath({ env: { ...env, FLYTE_PROFILE: 'staging' } })).toBe(join(home, '.flyte/config.staging.yaml'))
})
