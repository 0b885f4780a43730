// `npm run check`: everything that can be told without running the code. `npm run check -- knip` runs the stages so named.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkChangesets } from './check-changesets.mjs'
import { checkLayers } from './check-layers.mjs'
import { root, runStages } from './run-stages.mjs'
import { readPackages } from './workspace.mjs'

const packages = readPackages()
const published = packages.filter(({ manifest }) => !manifest.private)
const tool = (name, ...args) => [join(root, 'node_modules/.bin', name), ...args]

const projects = packages.flatMap(({ directory }) =>
  ['tsconfig.json', 'src/node/tsconfig.json', 'tsconfig.test.json', 'test/browser/tsconfig.json']
    .map((name) => join(directory, name))
    .filter((path) => existsSync(path)),
)

/** @type {import('./run-stages.mjs').Stage[]} */
const stages = [
  { name: 'build', run: ['node', '.config/scripts/turbo.mjs', 'run', 'build', '--output-logs=errors-only'] },
  { name: 'format and lint (biome)', run: tool('biome', 'check', '--error-on-warnings', '.') },
  ...[...projects, join(root, '.config/tsconfig.json'), join(root, 'examples/tsconfig.json')].map((project) => ({
    name: `types ${project.slice(root.length)}`,
    run: tool('tsc', '--noEmit', '--project', project),
  })),
  { name: 'floors, platforms, cycles', run: checkLayers },
  { name: 'guards over the built output', run: ['node', '.config/scripts/check-guards.mjs'] },
  {
    name: 'unused code and dependencies (knip)',
    run: tool('knip', '--config', '.config/knip.json', '--no-config-hints'),
  },
  ...published.map(({ folder, directory }) => ({
    name: `publint ${folder}`,
    run: tool('publint', '--strict', directory),
  })),
  ...published.map(({ folder, directory }) => ({
    name: `attw ${folder}`,
    run: tool('attw', '--pack', directory, '--profile', 'esm-only', '--format', 'ascii'),
  })),
  { name: 'sizes (size-limit)', run: tool('size-limit'), cwd: join(root, '.config/size-limit') },
  { name: 'documentation (typedoc)', run: tool('typedoc', '--options', '.config/typedoc.json', '--emit', 'none') },
  { name: 'changesets', run: checkChangesets },
]

const failed = runStages(stages, { only: process.argv[2] })
console.log(failed === 0 ? '\ncheck: all passed' : `\ncheck: ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
