// From nothing to a printed token: whole processes, wall time.
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { interleave, report } from './measure.mjs'

const file = (path) => fileURLToPath(new URL(path, import.meta.url))
const server = fork(file('server.mjs'))
const [endpoint] = await once(server, 'message')

const bareFetch = `
const { FLYTE_PLATFORM_URL: url, FLYTE_CREDENTIALS_CLIENT_ID: id, FLYTE_CREDENTIALS_CLIENT_SECRET: secret } = process.env
const metadata = await (await fetch(url + '/.well-known/oauth-authorization-server', { headers: { accept: 'application/json' } })).json()
const response = await fetch(metadata.token_endpoint, {
  method: 'POST',
  headers: { authorization: 'Basic ' + Buffer.from(id + ':' + secret).toString('base64') },
  body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' }),
})
console.log((await response.json()).access_token)`

const env = {
  PATH: process.env.PATH,
  FLYTE_PLATFORM_URL: endpoint,
  FLYTE_CREDENTIALS_CLIENT_ID: 'flytepropeller',
  FLYTE_CREDENTIALS_CLIENT_SECRET: 'short-secret',
}
/** @param {readonly string[]} args @param {Record<string, string>} [more] */
const timed =
  (args, more = {}) =>
  () => {
    const start = performance.now()
    const { status, stdout } = spawnSync(process.execPath, args, { env: { ...env, ...more }, encoding: 'utf8' })
    const duration = performance.now() - start
    if (status !== 0 || !stdout.startsWith('ey')) throw new Error(`no token came: ${args.at(-1)}`)
    return duration
  }
const bin = file('../../basic-auth/bin/flyte-basic-auth.mjs')
const medians = await interleave(
  {
    'bare script, global fetch': timed(['--input-type=module', '-e', bareFetch]),
    'flyte-basic-auth token': timed([bin, 'token']),
    'flyte-basic-auth token, scopes configured': timed([bin, 'token'], { FLYTE_CREDENTIALS_SCOPES: 'all' }),
    'node -e 0': () => {
      const start = performance.now()
      spawnSync(process.execPath, ['-e', '0'])
      return performance.now() - start
    },
  },
  15,
)
server.disconnect()
report('From nothing to a printed token, wall time of the process', medians, 'bare script, global fetch', 'ms', {
  'flyte-basic-auth token': 'at most 0.80',
})
