import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { publishedPackages } from './published.js'
import { root } from './run.js'

// What each package says of itself, and what it carries beside its code.

const licence = readFileSync(join(root, 'LICENSE'), 'utf8')

/** Entries that are for Node although they are in no folder of that name. */
const forNode = ['node', 'node/login', 'cli', 'testing']

describe.each(publishedPackages())('$folder', ({ folder, directory, manifest }) => {
  const read = (name: string) => readFileSync(join(directory, name), 'utf8')

  test('is published in the open, with provenance, from its own folder', () => {
    expect(manifest).toMatchObject({
      name: `@flyte-js/${folder}`,
      license: 'Apache-2.0',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public', provenance: true },
      repository: {
        type: 'git',
        url: 'git+https://github.com/flyte-js/flyte-js.git',
        directory: `packages/${folder}`,
      },
    })
    expect(manifest.description).toMatch(/^[^\n]{20,}\.$/)
    expect(manifest.keywords).toContain('flyte')
  })

  test('runs nothing when it is installed, and carries no more than it needs', () => {
    expect(Object.keys(manifest.scripts)).toEqual(['build'])
    expect(manifest.files).toEqual([...(manifest.bin ? ['bin'] : []), 'dist', 'NOTICE'])
    expect(Object.keys(manifest).filter((key) => /^(main|module|browser|typings|types)$/.test(key))).toEqual([])
  })

  test('carries its licence, and the licence of all that is bundled in it', () => {
    expect(read('LICENSE')).toBe(licence)
    expect(read('NOTICE')).toMatch(new RegExp(`^${manifest.name}\nCopyright the flyte-js authors\n`))
    const licensed = existsSync(join(directory, 'dist/bundled-licenses.txt')) ? read('dist/bundled-licenses.txt') : ''
    for (const library of bundledLibraries(join(directory, 'dist'))) {
      const isLicensed = licensed.startsWith(`${library}\n`) || licensed.includes(`\n${library}\n\n`)
      expect(isLicensed || existsSync(join(directory, 'dist', `${library}-LICENSE`)), library).toBe(true)
    }
  })

  test('names types first, and closes to browsers what is for Node', () => {
    const { './package.json': own, ...entries } = manifest.exports
    expect(own).toBe('./package.json')
    for (const [subpath, target] of Object.entries(entries)) {
      const file = target.node ?? target.default ?? ''
      const isForNode = file.startsWith('./dist/node/') || forNode.includes(join(folder, subpath))
      // `null` ends the search for a browser. Vite 8 passes over it, and must find nothing behind it: so there is no default.
      expect(target, subpath).toEqual(
        isForNode ? { types: target.types, browser: null, node: file } : { types: target.types, default: file },
      )
      expect(Object.keys(target)[0], subpath).toBe('types')
      expect(target.types.replace(/\.d\.ts$/, '.js'), subpath).toBe(file)
      for (const each of [target.types, file]) expect(existsSync(join(directory, each)), each).toBe(true)
    }
  })

  test('its commands import what is built, and can be run', () => {
    for (const path of Object.values(manifest.bin ?? {})) {
      expect(read(path)).toMatch(/^#!\/usr\/bin\/env node\n/)
      expect(read(path)).toContain("'../dist/")
    }
  })

  test('goes with the others of its version', () => {
    const { dependencies = {}, devDependencies = {}, peerDependencies = {} } = manifest
    const ranges = Object.entries({ ...devDependencies, ...peerDependencies, ...dependencies })
    for (const [name, range] of ranges.filter(([name]) => name.startsWith('@flyte-js/')))
      expect(range, name).toBe(`^${manifest.version}`)
    expect(Object.keys(dependencies).filter((name) => name === '@flyte-js/testing')).toEqual([])
  })
})

/** The libraries whose code is in a package's own, by the sources that its source maps name. */
function bundledLibraries(dist: string): Set<string> {
  const maps = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js.map'))
  const sources = maps.flatMap((name) => JSON.parse(readFileSync(join(dist, name), 'utf8')).sources as string[])
  return new Set(sources.flatMap((source) => /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []))
}
