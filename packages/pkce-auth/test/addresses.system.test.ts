// Machines that lack a loopback address, made of a network namespace.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))
let directory: string
let script: string
beforeAll(async () => {
  directory = await mkdtemp(join(root, 'packages/pkce-auth/.addresses-'))
  script = join(directory, 'listener.mjs')
  const source = fileURLToPath(new URL('listener-process.ts', import.meta.url))
  const options = ['--bundle', '--format=esm', '--platform=node', '--packages=external', `--outfile=${script}`]
  await run(join(root, 'node_modules/.bin/esbuild'), [source, ...options])
})
afterAll(() => rm(directory, { recursive: true }))

const withoutIpv4 = 'ip address delete 127.0.0.1/8 dev lo'
const withoutIpv6 = 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6'

const [yes, no] = ['listens', 'FLYTE_AUTH_LOGIN_UNAVAILABLE']

test.each([
  ['both', ':', ['127.0.0.1', '::1'], [yes, yes, yes]],
  ['no IPv6', withoutIpv6, ['127.0.0.1'], [yes, yes, no]],
  ['no IPv4', withoutIpv4, ['::1'], [yes, no, yes]],
  ['none', `${withoutIpv4}; ${withoutIpv6}`, [], [no, no, no]],
])('where there is %s, what is there is listened at', async (_, prepare, addresses, outcomes) => {
  const command = `set -e; PATH="$PATH:/usr/sbin"; ip link set lo up; ${prepare}; exec '${process.execPath}' '${script}'`
  const { stdout } = await run('unshare', ['--map-root-user', '--net', 'sh', '-c', command]).catch((error) => {
    throw new Error('Does it need apt-get install util-linux iproute2?', { cause: error })
  })
  expect(JSON.parse(stdout)).toEqual({ addresses, outcomes })
})
