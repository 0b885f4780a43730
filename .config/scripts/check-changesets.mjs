// Every package that is published has a released version, or a changeset that will give it one.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run-stages.mjs'
import { readPackages } from './workspace.mjs'

/**
 * @param {string} [base] the root of a workspace
 * @returns {string[]} the names of the packages that nobody would get
 */
export function findUnannounced(base = root) {
  const folder = join(base, '.changeset')
  const announced = readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => readFileSync(join(folder, name), 'utf8').split('---')[1] ?? '')
    .join('\n')
  return readPackages(base)
    .map(({ manifest }) => manifest)
    .filter(
      ({ private: isPrivate, version, name }) =>
        !isPrivate && version === '0.0.0' && !new RegExp(`^['"]${name}['"]:`, 'm').test(announced),
    )
    .map(({ name }) => name)
}

/** Throws when a package was forgotten. */
export function checkChangesets() {
  const forgotten = findUnannounced()
  if (forgotten.length > 0) throw new Error(`no changeset for: ${forgotten.join(', ')} (npm run changeset)`)
  console.log('every published package has a changeset or a release')
}
