// The software bill of materials of a release: what a user gets who installs all packages, and what is bundled in them.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {{ 'bom-ref': string, name: string, version: string, purl: string, properties?: { name: string, value: string }[], [more: string]: unknown }} Component
 * @typedef {{ components: Component[], dependencies: { ref: string, dependsOn: string[] }[], [more: string]: unknown }} Sbom
 * @typedef {(program: string, args: readonly string[], options: { cwd: string, isRead?: boolean }) => string} Run
 */

/** Of what is in one of our packages, be it installed beside it or not. */
const bundled = { name: 'flyte-js:bundled', value: 'true' }

/** What is made from other packages at build time, where no source map says so. */
const generatedFrom = { '@flyte-js/idl': ['@flyteorg/flyteidl'] }

/**
 * @param {{ base: string, project: string, version: string, packages: import('../workspace.mjs').Package[], tarballs: string[], run: Run }} release
 *   `project`: an empty folder, which becomes a user's project
 * @returns {Sbom} as CycloneDX has it
 */
export function createSbom({ base, project, version, packages, tarballs, run }) {
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'flyte-js', version, private: true }))
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], { cwd: project })
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application']
  /** @type {Sbom} */
  const sbom = JSON.parse(run('npm', args, { cwd: project, isRead: true }))
  // Where this machine had them from; `purl` says which they are.
  for (const component of sbom.components) delete component.externalReferences
  for (const { directory, manifest } of packages) {
    const libraries = [
      ...bundledLibraries(directory),
      ...(generatedFrom[/** @type {keyof typeof generatedFrom} */ (manifest.name)] ?? []).map((name) =>
        join(base, 'node_modules', name),
      ),
    ]
    for (const library of libraries) {
      const component = describe(library)
      const ref = component['bom-ref']
      const installed = sbom.components.find((each) => each['bom-ref'] === ref)
      if (installed === undefined) {
        sbom.components.push(component)
        sbom.dependencies.push({ ref, dependsOn: [] })
      } else if (!installed.properties?.some(({ name }) => name === bundled.name)) {
        installed.properties = [...(installed.properties ?? []), bundled]
      }
      sbom.dependencies.find((each) => each.ref === `${manifest.name}@${version}`)?.dependsOn.push(ref)
    }
  }
  return sbom
}

/** The folders of the libraries whose code is in a package's own, by the sources that its source maps name. @param {string} directory */
export function bundledLibraries(directory) {
  const dist = join(directory, 'dist')
  const maps = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js.map'))
  const folders = maps.flatMap((name) => {
    /** @type {{ sources: string[] }} */
    const { sources } = JSON.parse(readFileSync(join(dist, name), 'utf8'))
    return sources.flatMap((source) => {
      const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source) ?? []
      return folder === undefined ? [] : [join(dist, name, '..', folder)]
    })
  })
  return [...new Set(folders)].filter((folder) => existsSync(join(folder, 'package.json'))).sort()
}

/** @param {string} folder of a package @returns {Component} */
function describe(folder) {
  const { name, version, license, description } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    scope: 'required',
    description,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    properties: [bundled],
    licenses: [{ license: { id: license } }],
  }
}
