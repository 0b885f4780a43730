// The packages of this workspace, as their package.json files describe them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run-stages.mjs'

/**
 * @typedef {{ name: string, version: string, private?: boolean, exports?: Record<string, unknown>, dependencies?: Record<string, string>, devDependencies?: Record<string, string> }} Manifest
 * @typedef {{ folder: string, directory: string, manifest: Manifest }} Package
 */

/** @param {string} [base] the root of a workspace @returns {Package[]} the packages, by the names of their folders */
export function readPackages(base = root) {
  const packages = join(base, 'packages')
  return readdirSync(packages)
    .filter((folder) => existsSync(join(packages, folder, 'package.json')))
    .map((folder) => {
      const directory = join(packages, folder)
      return { folder, directory, manifest: JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) }
    })
}
