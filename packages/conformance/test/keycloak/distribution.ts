// Keycloak itself, as Maven Central has it: fetched once, built once for what the tests need, and kept between runs.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../run.js'

const version = '26.7.3'
const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`
const mavenGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack'
/** What is settled when it is built rather than when it starts: a database in memory, so that a run leaves nothing behind. */
const buildOptions = ['--db=dev-mem', '--cache=local']
/** The oldest Java that it runs on. */
const oldestJava = 17

const execute = promisify(execFile)

/**
 * The environment of Keycloak's own commands: nothing of this process's but where programs are, so that no `KC_*` has a say. Java
 * compiles once and quickly rather than well: a run is short, and this halves the time until it answers.
 */
export function keycloakEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, JAVA_HOME } = process.env
  return {
    PATH,
    HOME,
    ...(JAVA_HOME !== undefined && { JAVA_HOME }),
    JAVA_OPTS_KC_HEAP: '-Xms128m -Xmx512m',
    JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC',
  }
}

/**
 * The folder of a Keycloak that can be started with `--optimized`, which is fetched with Maven (177 MB) where it is not there yet.
 *
 * @throws Error that names what is missing and the Debian package that brings it
 */
export async function keycloakFolder(): Promise<string> {
  await checkJava()
  const base = join(root, 'packages/conformance/.generated/keycloak')
  const folder = join(base, `keycloak-${version}`)
  const stampFile = join(base, 'stamp.txt')
  const stamp = `${artifact} ${buildOptions.join(' ')}\n`
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return folder
  await rm(base, { recursive: true, force: true })
  await mkdir(base, { recursive: true })
  console.log(`Keycloak ${version}: fetched from Maven Central and built, once`)
  const unpack = [mavenGoal, `-Dartifact=${artifact}`, `-DoutputDirectory=${base}`]
  // From there, since it leaves a folder of its own where it is run.
  await run('mvn', ['--batch-mode', '--quiet', ...unpack], { cwd: base, env: process.env })
  await run(join(folder, 'bin/kc.sh'), ['build', ...buildOptions])
  // Written last, so that what was interrupted is made anew.
  await writeFile(stampFile, stamp)
  return folder
}

async function checkJava(): Promise<void> {
  const { JAVA_HOME } = process.env
  const java = JAVA_HOME === undefined ? 'java' : join(JAVA_HOME, 'bin/java')
  const { stderr } = await run(java, ['-version'])
  // The first number of 'openjdk version "17.0.15" 2025-04-15'; that of Java 8 is 1.
  const major = Number(/version "(\d+)/.exec(stderr)?.[1])
  if (!(major >= oldestJava))
    throw new Error(`Keycloak needs Java ${oldestJava} or later, ${java} is ${major}. ${howToInstall.java}`)
}

const howToInstall: Record<string, string> = {
  java: 'Install: apt-get install default-jre-headless',
  mvn: 'Install: apt-get install maven',
}

async function run(
  program: string,
  args: readonly string[],
  { cwd = root, env = keycloakEnvironment() }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ stdout: string; stderr: string }> {
  try {
    return await execute(program, args, { cwd, env, maxBuffer: 2 ** 26, timeout: 600_000 })
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
    if (code === 'ENOENT') throw new Error(`missing: ${program}. ${howToInstall[program] ?? howToInstall.java}`)
    throw new Error(`${program} ${args.join(' ')} failed (${code}):\n${stdout}${stderr}`, { cause: error })
  }
}
