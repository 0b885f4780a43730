import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.js'

/** Where one import of a package leads. */
export interface Target {
  types: string
  /** Both, or `default`. */
  browser?: null
  node?: string
  default?: string
}

/** A package.json, as ours are. */
export interface PackageManifest {
  name: string
  version: string
  private?: boolean
  description: string
  keywords: string[]
  files: string[]
  scripts: Record<string, string>
  bin?: Record<string, string>
  exports: { './package.json': string } & { [subpath: `.${string}`]: Target }
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/** The packages that users get. */
export function publishedPackages(): { folder: string; directory: string; manifest: PackageManifest }[] {
  return readdirSync(join(root, 'packages'))
    .map((folder) => ({ folder, directory: join(root, 'packages', folder) }))
    .filter(({ directory }) => existsSync(join(directory, 'package.json')))
    .map(({ folder, directory }) => {
      const manifest: PackageManifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
      return { folder, directory, manifest }
    })
    .filter(({ manifest }) => !manifest.private)
}

/** What can be imported from them, e.g. `@flyte-js/core/node`, and whether pages may import it. */
export function publishedEntries(): { specifier: string; isForBrowsers: boolean }[] {
  return publishedPackages().flatMap(({ manifest: { name, exports } }) =>
    Object.entries(exports)
      .filter((entry): entry is [string, Target] => typeof entry[1] === 'object')
      .map(([subpath, target]) => ({ specifier: join(name, subpath), isForBrowsers: !('browser' in target) })),
  )
}
