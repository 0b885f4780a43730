import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { importMapOf } from './import-map.js'

it('the import map in the documents is the one that the packages need', () => {
  const text = readFileSync(new URL('../../../docs/browser.md', import.meta.url), 'utf8')
  const [, json = ''] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(text) ?? []
  expect(JSON.parse(json)).toEqual(importMapOf('@flyte-js/browser', '/node_modules/'))
})
