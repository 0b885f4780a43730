import { httpBaseUrl, resolveConfig } from '@flyte-js/config'
import { readYaml } from '@flyte-js/config/yaml'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { configText } from './config-text.js'

const read = (text: string) =>
  resolveConfig({ env: {}, file: { path: 'config.yaml', text }, yaml: readYaml, readFile: () => 'secret' })

it.each([
  ['flyte.example.com', false, 'https://flyte.example.com'],
  ['localhost:30080', true, 'http://localhost:30080'],
  ['http://localhost:30080/', false, 'http://localhost:30080'],
  ['https://flyte.example.com', false, 'https://flyte.example.com'],
  ['dns:///flyte.example.com', false, 'https://flyte.example.com'],
  ['https://example.com/flyte', false, 'https://example.com/flyte'],
])('%s (plain: %s) is %s', (endpoint, insecure, url) => {
  expect(httpBaseUrl(read(configText({ endpoint, insecure, authMode: 'pkce' })).config)).toBe(url)
})

it.each([
  ['standard', 'Pkce'],
  ['deviceflow', 'DeviceFlow'],
  ['basic', 'ClientSecret'],
  ['external_process', 'ExternalCommand'],
])('writes the mode %s in the word of flytectl: %s', (authMode, word) => {
  expect(configText({ endpoint: 'h', insecure: false, authMode })).toContain(`authType: ${word}\n`)
})

it('refuses a mode that is none', () => {
  expect(() => configText({ endpoint: 'h', insecure: false, authMode: 'magic' })).toThrow('--auth')
})

it('keeps whatever was answered, and nothing breaks out of its line', () => {
  // What YAML takes for something else than a text, mostly.
  const odd = fc.constantFrom(
    '-',
    '---',
    '.',
    '...',
    '-a',
    '12',
    '1e3',
    '0x1f',
    '.5',
    '.inf',
    'no',
    'Null',
    'TRUE',
    '2026-01-01',
  )
  fc.assert(
    fc.property(fc.oneof(fc.string({ minLength: 1, unit: 'grapheme-ascii' }), odd), (clientId) => {
      const text = configText({ endpoint: 'h', insecure: false, authMode: 'pkce', clientId, console: 'c' })
      const { config } = read(text)
      expect(config.credentials.clientId).toBe(clientId)
      expect(config.platform.consoleEndpoint).toBe('c')
      expect(parse(text, { version: '1.1' }).admin.clientId).toBe(clientId)
    }),
  )
})
