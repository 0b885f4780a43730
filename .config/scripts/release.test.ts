import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { explainEmptySections, getDependencyReleaseLine, getReleaseLine, headlines } from './release/changelog.mjs'
import { whyNotPublish } from './release/may-publish.mjs'
import { bundledLibraries, createSbom } from './release/sbom.mjs'
import { root } from './run-stages.mjs'

const publisher = { CI: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.com' }

describe('publishing', () => {
  test.each([
    ['on somebody’s machine', {}],
    ['in CI without an identity', { CI: 'true' }],
    ['with an identity outside CI', { ACTIONS_ID_TOKEN_REQUEST_URL: publisher.ACTIONS_ID_TOKEN_REQUEST_URL }],
  ])('is refused %s, with the way to look at a release', (_, environment) => {
    expect(whyNotPublish(environment, [])).toMatch(/id-token: write.*npm run release -- --dry-run/)
  })

  test('is refused while changesets are in no version', () => {
    expect(whyNotPublish(publisher, ['a.md', 'b.md'])).toMatch(/a\.md, b\.md.*--version/)
    expect(whyNotPublish(publisher, [])).toBeUndefined()
  })

  test('the command refuses, too, before it does anything', () => {
    const { PATH } = process.env
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, '.config/scripts/release.mjs')], {
      env: { PATH },
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('id-token: write')
  })
})

describe('a change log', () => {
  test('has what the author wrote, whole, and nothing of versions that were raised along', async () => {
    const summary = 'A headline.  \n\nWhy it matters:\n\n- one\n- two\n'
    expect(await getReleaseLine({ summary })).toBe('- A headline.\n\n  Why it matters:\n\n  - one\n  - two')
    expect(await getDependencyReleaseLine()).toBe('')
  })

  const text =
    '# @flyte-js/x\n\n## 0.3.0\n\n## 0.2.0\n\n### Minor Changes\n\n- A.\n\n  More of A.\n\n- B.\n\n## 0.1.0\n'

  test('says of a version without a change that it has none', () => {
    const explained = explainEmptySections(text)
    const sentence = 'No change of its own: all packages of flyte-js have one version.'
    expect(explained).toContain(`## 0.3.0\n\n${sentence}\n\n## 0.2.0\n\n### Minor Changes\n\n- A.`)
    expect(explained.endsWith(`## 0.1.0\n\n${sentence}\n`)).toBe(true)
    expect(explainEmptySections(explained)).toBe(explained)
  })

  test('is told by the first lines of what is newest', () => {
    expect(headlines(text.replace('## 0.3.0\n\n', ''))).toEqual(['A.', 'B.'])
    expect(headlines(explainEmptySections(text))).toEqual([expect.stringMatching(/^No change of its own/)])
  })
})

describe('the bill of materials', () => {
  let base: string
  const write = async (path: string, value: object) => {
    await mkdir(join(base, path, '..'), { recursive: true })
    await writeFile(join(base, path), JSON.stringify(value))
  }
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'flyte-js-sbom-'))
    await write('node_modules/zod/package.json', { name: 'zod', version: '4.6.7', license: 'MIT' })
    await write('packages/config/dist/sub/index.js.map', {
      sources: [
        '../../src/index.ts',
        '../../../../node_modules/zod/v4/mini/index.js',
        '../../../../node_modules/zod/v4/core.js',
      ],
    })
  })
  afterEach(() => rm(base, { recursive: true }))

  test('knows what is bundled by the source maps', () => {
    expect(bundledLibraries(join(base, 'packages/config'))).toEqual([join(base, 'node_modules/zod')])
  })

  test('adds it to what is installed, and says whose part it is; it tells nothing of this machine', () => {
    const ref = '@flyte-js/config@0.1.0'
    const component = { 'bom-ref': ref, name: '@flyte-js/config', version: '0.1.0', purl: 'pkg:npm/x' }
    const installed = {
      components: [
        { ...component, externalReferences: [{ type: 'distribution', url: 'file:../flyte-js-config-0.1.0.tgz' }] },
      ],
      dependencies: [{ ref, dependsOn: [] }],
    }
    const asked: string[] = []
    const sbom = createSbom({
      base,
      project: join(base, 'project'),
      version: '0.1.0',
      packages: [
        {
          folder: 'config',
          directory: join(base, 'packages/config'),
          manifest: { name: '@flyte-js/config', version: '0.1.0' },
        },
      ],
      tarballs: ['flyte-js-config-0.1.0.tgz'],
      run: (program, args) => {
        asked.push(`${program} ${args[0]}`)
        return JSON.stringify(installed)
      },
    })
    expect(asked).toEqual(['npm install', 'npm sbom'])
    expect(sbom.components).toEqual([
      component,
      expect.objectContaining({
        'bom-ref': 'zod@4.6.7',
        purl: 'pkg:npm/zod@4.6.7',
        licenses: [{ license: { id: 'MIT' } }],
        properties: [{ name: 'flyte-js:bundled', value: 'true' }],
      }),
    ])
    expect(sbom.dependencies).toEqual([
      { ref, dependsOn: ['zod@4.6.7'] },
      { ref: 'zod@4.6.7', dependsOn: [] },
    ])
  })
})
