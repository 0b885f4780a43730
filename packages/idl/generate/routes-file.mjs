// @ts-check
// Writes routes.ts: what a client needs at run time to call an RPC, as short as it can be said.
import { lowerFirst } from './services.mjs'

/** @param {import('./services.mjs').Service[]} services */
export function routesFile(services) {
  const constants = services.map(({ name, rpcs }) => {
    const constant = `${lowerFirst(name.replace(/Service$/, ''))}Routes`
    const entries = rpcs.map(({ name: method, bindings, items }) => {
      const texts = bindings.map((binding) => `${binding.method} ${binding.path}${binding.body === '*' ? ' *' : ''}`)
      return `  ${method}: [${[items, ...texts].map((text) => `'${text}'`).join(', ')}],\n`
    })
    return `/** The HTTP routes of {@link ${name}}. */\nexport const ${constant}: Routes<${name}> = {\n${entries.join('')}}\n`
  })
  const names = services.map(({ name }) => name).sort()
  return [
    `import type { Routes } from '../rpc'`,
    `import type { ${names.join(', ')} } from './types'`,
    '',
    ...constants,
  ].join('\n')
}
