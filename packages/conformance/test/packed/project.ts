import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publishedPackages } from '../published.js'
import { type Ended, run } from '../run.js'

/** What `npm pack` says of a package. */
export interface Tarball {
  name: string
  filename: string
  /** Bytes, packed. */
  size: number
  files: { path: string; size: number }[]
}

/** The packages as users get them: packed, in a folder outside the workspace. */
export interface Packed {
  /** Where the tarballs are, and the projects beside them. */
  directory: string
  tarballs: Tarball[]
  /** Makes an empty project and installs some packages in it: our own by the names of their folders, others as npm names them. */
  project(name: string, packages: readonly string[]): Promise<string>
  remove(): Promise<void>
}

/** Packs all packages that are published. */
export async function packAll(): Promise<Packed> {
  const directory = await mkdtemp(join(tmpdir(), 'flyte-js-packed-'))
  const packages = publishedPackages()
  const folders = packages.map((each) => each.directory)
  const { stdout } = await npm(['pack', '--json', '--pack-destination', directory, ...folders], directory)
  const tarballs: Tarball[] = JSON.parse(stdout)
  const ours = new Map(packages.map(({ folder, manifest: { name } }) => [folder, name]))
  return {
    directory,
    tarballs,
    async project(name, wanted) {
      const folder = join(directory, name)
      await mkdir(folder)
      await writeFile(join(folder, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }))
      const specifiers = wanted.map((each) => {
        const tarball = tarballs.find((candidate) => candidate.name === ours.get(each))
        return tarball ? join(directory, tarball.filename) : each
      })
      await npm(['install', '--no-audit', '--no-fund', '--prefer-offline', ...specifiers], folder)
      return folder
    },
    remove: () => rm(directory, { recursive: true }),
  }
}

/** npm, with the home of its user, where the registry is configured. */
async function npm(args: readonly string[], cwd: string): Promise<Ended> {
  const ended = await run('npm', args, { cwd, env: registryEnvironment() })
  if (ended.code !== 0) throw new Error(`npm ${args.slice(0, 2).join(' ')}: ${ended.stderr}`)
  return ended
}

/** What a program needs to ask the registry that this machine is set up for. */
export function registryEnvironment(): Record<string, string> {
  const wanted = /^(HOME|npm_config_.*|NODE_EXTRA_CA_CERTS|HTTPS?_PROXY|NO_PROXY)$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.test(name)) as [string, string][])
}

/** What runs JavaScript: a name, and how a script is run by it. */
export const runtimes: [name: string, program: string, args: readonly string[]][] = [
  ['this Node', process.execPath, []],
  ['Node 22', 'npx', ['--yes', 'node@22']],
  ['Node 24', 'npx', ['--yes', 'node@24']],
  ['Node 26', 'npx', ['--yes', 'node@26']],
  ['Bun', 'npx', ['--yes', 'bun', 'run']],
  ['Deno', 'npx', ['--yes', 'deno', 'run', '--allow-all', '--node-modules-dir=manual']],
]
