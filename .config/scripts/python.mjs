// The Python that the differential tests ask: flytekit itself, in virtual environments that are kept between runs.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run-stages.mjs'

/**
 * What is installed, by the folder of each virtual environment. Of flytekit 0.16 the tests import `flytekit.configuration` alone,
 * which needs six; what the rest of it needs does not install on a Python of today.
 */
const environments = {
  flytekit: ['flytekit==1.16.31'],
  'flytekit-0.16': ['--no-deps', 'flytekit==0.16.0', 'six==1.17.0'],
}

/** Makes the virtual environments that are missing or that hold something else. */
export function installPython() {
  const version = findPython()
  for (const [name, packages] of Object.entries(environments)) {
    const folder = join(root, 'node_modules/.cache/flyte-js/python', name)
    const stampFile = join(folder, 'stamp.txt')
    const stamp = `${version} ${packages.join(' ')}\n`
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
      console.log(`${name}: as installed before`)
      continue
    }
    console.log(`${name}: pip install ${packages.join(' ')}`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    run('python3', '-m', 'venv', folder)
    run(join(folder, 'bin/python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages)
    // Written last, so that what was interrupted is made anew.
    writeFileSync(stampFile, stamp)
  }
}

/** @returns {string} the version of python3, and where it is */
function findPython() {
  const { status, stdout, error } = spawnSync('python3', ['-c', 'import sys; print(sys.version, sys.executable)'], {
    encoding: 'utf8',
  })
  if (error || status !== 0) throw new Error('missing: python3. Install: apt-get install python3 python3-venv')
  // Debian has venv itself in one package and the pip that it installs in another.
  const { status: hasVenv } = spawnSync('python3', ['-c', 'import ensurepip, venv'])
  if (hasVenv !== 0) throw new Error("missing: python3's module venv. Install: apt-get install python3-venv")
  return stdout.trim().replace(/\s+/g, ' ')
}

/** @param {string} program @param {readonly string[]} args */
function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`)
}
