// `npm run release -- --dry-run`: what the next release would be, from changesets to tarballs, in a copy of this workspace; nothing
// here changes, and nothing is published. `--version` gives the packages their next version, for the pull request that does so.
// Without either it publishes, which only CI can.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { explainEmptySections, headlines } from './release/changelog.mjs'
import { whyNotPublish } from './release/may-publish.mjs'
import { createSbom } from './release/sbom.mjs'
import { root } from './run-stages.mjs'
import { readPackages } from './workspace.mjs'

/** Where the tarballs and the bill of materials are put. */
const output = join(root, 'node_modules/.cache/flyte-js/release')

/** Runs a program, and throws when it fails. @type {import('./release/sbom.mjs').Run} */
function run(program, args, { cwd, isRead = false }) {
  const { status, error, stdout } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', isRead ? 'pipe' : 'inherit', 'inherit'],
    maxBuffer: 2 ** 26,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', NO_UPDATE_NOTIFIER: '1' },
  })
  if (status !== 0)
    throw new Error(
      `${program} ${args.slice(0, 3).join(' ')}: ${error?.message ?? `exit code ${status}\n${stdout ?? ''}`}`,
    )
  return stdout ?? ''
}

/** @param {string} name @param {() => void} work */
function step(name, work) {
  console.log(`\n── ${name}`)
  const start = performance.now()
  work()
  console.log(`   ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

/** @param {string} base */
const published = (base) => readPackages(base).filter(({ manifest }) => !manifest.private)
/** @param {string} base */
const pendingChangesets = (base) =>
  readdirSync(join(base, '.changeset')).filter((name) => name.endsWith('.md') && name !== 'README.md')

/** Every file that is, or would be, in the repository. @param {string} target */
function copyWorkspace(target) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const names = run('git', args, { cwd: root, isRead: true }).split('\0')
  for (const name of names.filter((each) => each !== '' && existsSync(join(root, each)))) {
    mkdirSync(dirname(join(target, name)), { recursive: true })
    cpSync(join(root, name), join(target, name))
  }
}

/** Changesets become versions and change logs. @param {string} base */
function version(base) {
  run('npx', ['changeset', 'version'], { cwd: base })
  for (const { directory } of published(base)) {
    const path = join(directory, 'CHANGELOG.md')
    if (existsSync(path)) writeFileSync(path, explainEmptySections(readFileSync(path, 'utf8')))
  }
  // The lockfile names the versions of the packages, too.
  run('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: base })
}

/** Builds, packs and looks at what was packed, as a user would get it. @param {string} base @param {string} project an empty folder */
function prepare(base, project) {
  const packages = published(base)
  const [newest] = packages
  if (newest === undefined) throw new Error('there are no packages')
  rmSync(output, { recursive: true, force: true })
  mkdirSync(output, { recursive: true })
  step('build', () =>
    run('node', ['.config/scripts/turbo.mjs', 'run', 'build', '--output-logs=errors-only'], { cwd: base }),
  )
  /** @type {{ name: string, version: string, filename: string, size: number, unpackedSize: number, entryCount: number }[]} */
  let packed = []
  step('pack', () => {
    const args = ['pack', '--json', '--pack-destination', output, ...packages.map(({ directory }) => directory)]
    packed = JSON.parse(run('npm', args, { cwd: base, isRead: true }))
  })
  const tarballs = packed.map(({ filename }) => join(output, filename))
  const tool = (name) => join(base, 'node_modules/.bin', name)
  step('publint', () => {
    for (const tarball of tarballs) run(tool('publint'), ['run', tarball, '--strict'], { cwd: base, isRead: true })
  })
  step('attw', () => {
    const args = ['--profile', 'esm-only', '--format', 'ascii']
    for (const tarball of tarballs) run(tool('attw'), [tarball, ...args], { cwd: base, isRead: true })
  })
  step('bill of materials', () => {
    const sbom = createSbom({ base, project, version: newest.manifest.version, packages, tarballs, run })
    writeFileSync(join(output, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 2)}\n`)
    const bundled = sbom.components.filter(({ properties }) =>
      properties?.some(({ name }) => name === 'flyte-js:bundled'),
    )
    console.log(`   ${sbom.components.length} packages, ${bundled.length} of them bundled or generated from`)
  })
  const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(0)} kB`.padStart(7)
  for (const { name, version, size, unpackedSize, entryCount } of packed) {
    const directory = packages.find(({ manifest }) => manifest.name === name)?.directory ?? base
    const changelog = join(directory, 'CHANGELOG.md')
    const news = existsSync(changelog) ? headlines(readFileSync(changelog, 'utf8')) : ['no change log yet']
    const figures = `${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked, ${String(entryCount).padStart(3)} files`
    console.log(`\n${name.padEnd(22)} ${version}  ${figures}`)
    for (const line of news) console.log(`    ${line.length > 110 ? `${line.slice(0, 109)}…` : line}`)
  }
}

function dryRun() {
  const directory = mkdtempSync(join(tmpdir(), 'flyte-js-release-'))
  const copy = join(directory, 'workspace')
  try {
    step('a copy of this workspace', () => copyWorkspace(copy))
    step('npm ci', () => run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: copy }))
    const pending = pendingChangesets(copy)
    step(`version (${pending.length} changesets)`, () => version(copy))
    prepare(copy, join(directory, 'flyte-js'))
    console.log(
      `\nrelease: nothing was published; the tarballs and the bill of materials are in ${output.slice(root.length)}`,
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function publish() {
  const refusal = whyNotPublish(process.env, pendingChangesets(root))
  if (refusal !== undefined) throw new Error(refusal)
  const directory = mkdtempSync(join(tmpdir(), 'flyte-js-release-'))
  try {
    prepare(root, join(directory, 'flyte-js'))
    step('publish', () => run('npx', ['changeset', 'publish'], { cwd: root }))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

try {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, version: { type: 'boolean' } } })
  if (values.version) version(root)
  else if (values['dry-run']) dryRun()
  else publish()
} catch (error) {
  console.error(`\nrelease: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
