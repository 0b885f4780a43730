// `npm run bench`: every benchmark of packages/conformance/bench, one after the other. `npm run bench -- start-up` runs one.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, runStages } from './run-stages.mjs'

const folder = join(root, 'packages/conformance/bench')
const stages = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.mjs'))
  .map((name) => ({ name: name.replace('.bench.mjs', ''), run: [process.execPath, join(folder, name)] }))

process.exitCode = runStages(stages, { only: process.argv[2] }) === 0 ? 0 : 1
