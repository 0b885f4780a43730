// @ts-check
// Makes src/gen from the installed flyteidl. The same flyteidl makes the same bytes.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { messagesFile } from './messages-file.mjs'
import { flyteidlDirectory, flyteidlVersion, loadProtoRegistry } from './proto-registry.mjs'
import { findReachable, nameTypes } from './reachable.mjs'
import { routesFile } from './routes-file.mjs'
import { readServices } from './services.mjs'
import { typesFile } from './types-file.mjs'

/**
 * Writes types.ts, routes.ts and messages.ts, and flyteidl's licence, which Apache-2.0 asks to pass on.
 *
 * @param {string} outputDirectory
 */
export function generate(outputDirectory) {
  const services = readServices(loadProtoRegistry())
  const reachable = findReachable(services)
  const names = nameTypes(reachable, services)
  const files = {
    'types.ts': typesFile(services, reachable, names),
    'routes.ts': routesFile(services),
    'messages.ts': messagesFile(services, reachable),
  }
  const licenceDirectory = join(outputDirectory, 'licence')
  mkdirSync(licenceDirectory, { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    const origin = `// Generated from @flyteorg/flyteidl ${flyteidlVersion} (Apache-2.0). Do not edit.`
    writeFileSync(join(outputDirectory, name), `${origin}\n${text}`)
  }
  for (const name of ['LICENSE', 'NOTICE']) {
    copyFileSync(join(flyteidlDirectory, name), join(licenceDirectory, `flyteidl-${name}`))
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  generate(fileURLToPath(new URL('../src/gen', import.meta.url)))
}
