// Guards over the built output: what no package may hand to its users. It imports what was built, so it is a process of its own.
import { findNodeInBrowsers } from './guards/browser-reach.mjs'
import { findEval, findSecrets, findSpawning } from './guards/built-files.mjs'
import { findDifferentNames, findUnbranded, findUndocumentedCodes } from './guards/exported-names.mjs'
import { root } from './run-stages.mjs'

/** @type {Record<string, (base: string) => string[] | Promise<string[]>>} */
const guards = {
  'no node: where a browser can reach it': findNodeInBrowsers,
  'no text becomes code': findEval,
  'programs are started from src/node/ only': findSpawning,
  'no secret in dist': findSecrets,
  'every exported error is branded': findUnbranded,
  'every error code is documented': findUndocumentedCodes,
  'one name for one thing on both platforms': findDifferentNames,
}

for (const [name, find] of Object.entries(guards)) {
  const faults = await find(root)
  console.log(
    `${faults.length === 0 ? 'ok    ' : 'FAILED'} ${name}${faults.map((fault) => `\n       ${fault}`).join('')}`,
  )
  if (faults.length > 0) process.exitCode = 1
}
