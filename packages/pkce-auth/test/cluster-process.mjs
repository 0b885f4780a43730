// Two workers of one cluster that log in at the same time: node cluster-process.mjs '<JSON: options>'; see login-process.mjs.
import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'

cluster.setupPrimary({
  exec: fileURLToPath(new URL('login-process.mjs', import.meta.url)),
  args: process.argv.slice(2),
})
for (let worker = 0; worker < 2; worker++) cluster.fork()
