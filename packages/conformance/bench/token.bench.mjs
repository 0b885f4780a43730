// `flyte-js token` with a stored token, and `--help`: whole processes, wall time and peak memory. All have the same environment:
// NODE_EXTRA_CA_CERTS alone, where it is set, doubles the time of `node -e 0`, and so halves the ratios.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { interleave, median, report } from './measure.mjs'
import { startServer } from './start-server.mjs'

const file = (path) => fileURLToPath(new URL(path, import.meta.url))
const bin = file('../../cli/bin/flyte-js.mjs')
const python = file('../../../node_modules/.cache/flyte-js/python/flytekit/bin/python')
const home = mkdtempSync(join(tmpdir(), 'flyte-js-bench-'))
const line = join(home, 'line.mjs')
writeFileSync(line, "process.stdout.write('line\\n')")
const server = await startServer([])
const env = {
  PATH: process.env.PATH,
  HOME: home,
  FLYTE_PLATFORM_URL: server.endpoint,
  FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
  FLYTE_CREDENTIALS_CLIENT_ID: 'flytepropeller',
  FLYTE_CREDENTIALS_CLIENT_SECRET: 'short-secret',
  FLYTE_JS_TOKEN_STORE: 'file',
}

/** @param {string} program @param {readonly string[]} args @param {RegExp} [answer] */
const timed =
  (program, args, answer = /^/) =>
  () => {
    const start = performance.now()
    const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' })
    const duration = performance.now() - start
    if (status !== 0 || !answer.test(stdout)) throw new Error(`${args.join(' ')}: ${stderr}`)
    return duration
  }
const node = process.execPath
const candidates = {
  'node -e 0': timed(node, ['-e', '0']),
  // What any command costs that is a module and says a word.
  'a module that writes a line': timed(node, [line], /^line/),
  'flyte-js token, stored': timed(node, [bin, 'token'], /^ey/),
  'flyte-js --help': timed(node, [bin, '--help'], /^Usage/),
  ...(existsSync(python) && { 'import flytekit': timed(python, ['-c', 'import flytekit']) }),
}
// The first one logs in.
candidates['flyte-js token, stored']()
const { requests } = await server.seen()
const figures = await interleave(candidates, 15)
report('A stored token to stdout, wall time of the process', figures, 'node -e 0', 'ms', {
  'flyte-js token, stored': 'at most 2',
  'flyte-js --help': 'at most 1.5',
})
if (existsSync(python)) {
  report('The same, beside flytekit', figures, 'import flytekit', 'ms', { 'flyte-js token, stored': 'at most 0.2' })
} else {
  console.log('\n  flytekit is not installed: npm run test:differential installs it')
}
const after = await server.seen()
console.log(`\n  requests meanwhile: ${after.requests - requests}`)

// The high-water mark of the resident set, as the process itself knows it at its end.
const preload = `data:text/javascript,process.on('exit',()=>process.stderr.write(String(process.resourceUsage().maxRSS)))`
const peaks = Array.from({ length: 5 }, () =>
  Number(spawnSync(node, ['--import', preload, bin, 'token'], { env, encoding: 'utf8' }).stderr),
)
console.log(`  peak memory of flyte-js token: ${(median(peaks) / 1024).toFixed(0)} MB  (at most 60)`)
server.stop()
rmSync(home, { recursive: true })
