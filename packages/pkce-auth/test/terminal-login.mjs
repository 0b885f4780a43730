// A program at a terminal: node terminal-login.mjs ENDPOINT. It logs in as by default, and then asks for a line itself.
import { createInterface } from 'node:readline/promises'
import { systemClock } from '@flyte-js/core'
import { loopbackLogin } from '../dist/node/index.js'

const grant = loopbackLogin({ endpoint: process.argv[2] })
await grant.acquire({ clock: systemClock })
console.log('logged in')
if (process.argv[3] === 'ask') {
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  console.log(`heard ${await asking.question('What next? ')}`)
  asking.close()
}
