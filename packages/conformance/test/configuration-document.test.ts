import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { environmentName, parseAuthMode, type SettingName, settings } from '@flyte-js/config'
import { expect, test } from 'vitest'
import { root } from './run.js'

const text = readFileSync(join(root, 'docs/configuration.md'), 'utf8')

/** The rows of the document's tables whose first cell is code, by that cell. */
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
const rowsOf = (name: string) => rows.filter(([, first]) => first === `\`${name}\``)

test('docs/configuration.md is what its generator makes', async () => {
  const script = pathToFileURL(join(root, '.config/scripts/configuration-document.mjs')).href
  const { renderConfigurationDocument } = (await import(script)) as { renderConfigurationDocument: () => string }
  expect(
    text === renderConfigurationDocument(),
    'docs/configuration.md is stale. Run: npm run docs:configuration',
  ).toBe(true)
})

test('every setting has a row', () => {
  for (const name of Object.keys(settings) as SettingName[]) {
    const [row, ...others] = rowsOf(name).filter(([, , second]) => second === `\`${environmentName(name)}\``)
    expect(others, name).toEqual([])
    // Eight cells between the outer bars; only the path in YAML may be empty.
    expect(row, name).toHaveLength(10)
    expect(
      row?.slice(1, -1).flatMap((cell, index) => (cell === '' ? index : [])),
      name,
    ).toEqual('yaml' in settings[name] ? [] : [3])
  }
})

test('every rule of checkConfig is listed', () => {
  const source = readFileSync(join(root, 'packages/config/src/config-file.ts'), 'utf8')
  const union = /type ConfigRule =(.*?)\n\n/s.exec(source)?.[1] ?? ''
  const rules = [...union.matchAll(/'([\w-]+)'/g)].map(([, rule = '']) => rule)
  expect(rules.length).toBeGreaterThan(5)
  // A rule and its meaning; the example's rows are longer.
  const listed = rows.filter((row) => row.length === 4).map(([, first]) => first)
  expect(listed.filter((cell) => rules.some((rule) => cell === `\`${rule}\``))).toHaveLength(rules.length)
})

test('every word for a mode is listed, beside what parseAuthMode makes of it', () => {
  const words = wordsForModes()
  expect(words.length).toBeGreaterThan(5)
  const section = /\n## Modes\n(.*?)\n## /s.exec(text)?.[1] ?? ''
  const listed = [...section.matchAll(/^\| (`.*?) \| `(\w+)` \|/gm)].flatMap(([, cell = '', mode]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => [word, mode]),
  )
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(words.map((word) => [word, parseAuthMode(word)])))
  expect(listed).toHaveLength(words.length)
})

/** Those that the error for any other word names. */
function wordsForModes(): string[] {
  try {
    parseAuthMode('a word that is none')
  } catch (error) {
    return String(error).split('expected one of ')[1]?.split(', ') ?? []
  }
  return []
}
