// Resolving the whole configuration, warm: every setting set, from a plain object, from the process's own environment, and with
// a file. The peer is reading the same settings with `parseEnv` of Node's util, which knows no types, redirects or sources.
import { parseEnv } from 'node:util'
import { environmentName, resolveConfig, settings } from '@flyte-js/config'
import { readYaml } from '@flyte-js/config/yaml'
import { interleave, report } from './measure.mjs'

const samples = { string: 'flyte.example.com', boolean: 'true', list: 'a,b', integer: '4', duration: '15s' }
const entries = Object.entries(settings).map(([name, { type }]) => {
  if (name.startsWith('credentials.client_secret_')) return [environmentName(name), '']
  return [environmentName(name), name === 'credentials.auth_mode' ? 'basic' : samples[type]]
})
const env = Object.fromEntries(entries)
const redirected = Object.fromEntries(
  entries.flatMap(([name, value]) => [
    [`${name}_FROM_ENV_VAR`, `CI_${name}`],
    [`CI_${name}`, value],
  ]),
)
const dotenv = entries.map(([name, value]) => `${name}=${value}`).join('\n')
const ini = { path: 'flytekit.config', text: '[platform]\nurl = h\n[credentials]\nclient_id = ci\nscopes = a,b\n' }
const yaml = { path: 'config.yaml', text: 'admin:\n  endpoint: dns:///h\n  clientId: ci\n  scopes: [a, b]\n' }
Object.assign(process.env, env)

/** @param {() => unknown} run @returns {() => number} microseconds a call */
const timed = (run) => () => {
  const total = 2_000
  const start = performance.now()
  for (let index = 0; index < total; index += 1) run()
  return ((performance.now() - start) / total) * 1000
}

const medians = await interleave(
  {
    'util.parseEnv of as many lines': timed(() => parseEnv(dotenv)),
    'resolveConfig, every variable set': timed(() => resolveConfig({ env })),
    'resolveConfig, every variable by redirect': timed(() => resolveConfig({ env: redirected })),
    'resolveConfig, process.env': timed(() => resolveConfig({ env: process.env })),
    'resolveConfig, nothing set': timed(() => resolveConfig({ env: {} })),
    'resolveConfig, an INI file': timed(() => resolveConfig({ env: {}, file: ini })),
    'resolveConfig, a YAML file': timed(() => resolveConfig({ env: {}, file: yaml, yaml: readYaml })),
  },
  9,
)
report('Resolving the configuration, microseconds a call', medians, 'util.parseEnv of as many lines', 'us', {
  'resolveConfig, every variable set': 'below 100 us',
})
