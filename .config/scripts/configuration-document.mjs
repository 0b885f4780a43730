// `npm run docs:configuration`: writes docs/configuration.md. Its sentences are in configuration-document.md beside this file;
// its tables and examples come from the code itself, so that they cannot say anything else.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkConfig, environmentName, parseAuthMode, resolveConfig, settings } from '@flyte-js/config'
import { settingDescriptions } from '@flyte-js/config/descriptions'
import { readYaml } from '@flyte-js/config/yaml'
import { root } from './run-stages.mjs'

/** What each mode is, in the order of the document. @type {Record<import('@flyte-js/config').AuthMode, string>} */
const modes = {
  pkce: 'a login in the browser (authorization code with PKCE)',
  client_credentials: 'a client id and a client secret',
  external_command: 'a program prints the token: `credentials.command`',
  device: 'a login on another device (RFC 8628)',
  none: 'no login',
}

/** What each rule of `checkConfig()` finds. @type {Record<import('@flyte-js/config').ConfigRule, string>} */
const rules = {
  'unknown-variable':
    'A variable begins with `FLYTE_`, and no client of Flyte reads it, or only Flyte 2 does. Variables of a running task, such as `FLYTE_INTERNAL_*`, are known.',
  'unknown-key': 'A key of the file is read by no client of Flyte.',
  'unread-key':
    'A key of the YAML file looks as if it did something, and does nothing in any client: `admin.clientSecret`, `admin.useAuth`, `admin.authorizationServerUrl`.',
  'quoted-boolean': 'A boolean in the YAML file stands in quotes. Flyte 2 takes it for true, whatever it says.',
  percent:
    'An option of the INI file has a bare `%`, or a reference to an option that is not there. flytekit loses such a value without a word.',
  'flytectl-mode':
    'The mode in the YAML file is none of the four words that flytectl knows, letter by letter: it refuses the file.',
  'insecure-https': '`platform.insecure` is true, and `platform.url` begins with `https://`.',
  'redirect-and-value': 'A variable and its redirect are both set. The redirect loses.',
  problem: 'What `explain()` calls a problem: a redirect that leads nowhere, an unusual word, a byte order mark.',
}

/** What the examples of `explain()` and `checkConfig()` are made from. */
const example = {
  env: {
    FLYTE_PLATFORM_URL: 'flyte.example.com',
    FLYTE_PLATFROM_INSECURE: 'true',
    FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR: 'CI_SECRET',
    FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE: '/run/secrets/flyte',
  },
  file: {
    path: 'config.yaml',
    text: 'admin:\n  endpoint: dns:///other.example.com\n  clientId: 0042\n  authType: basic\n',
  },
}

/** Cells of a table. @param {readonly (readonly string[])[]} rows the first is the head */
function table(rows) {
  const lines = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
  const line = `|${'---|'.repeat(rows[0]?.length ?? 0)}`
  return [lines[0], line, ...lines.slice(1)].join('\n')
}

/** @param {string} text */
const code = (text) => (text === '' ? '' : `\`${text}\``)

/** The settings, one table a section. */
function settingTables() {
  const rows = Object.entries(settings).map(([key, setting]) => {
    const name = /** @type {import('@flyte-js/config').SettingName} */ (key)
    const { type, yaml, default: value, by } = /** @type {import('@flyte-js/config').Setting} */ (setting)
    const [section = '', option = ''] = name.split('.')
    const preset = value === undefined ? 'none' : Array.isArray(value) ? 'the empty list' : code(`${value}`)
    const places = [code(name), code(environmentName(name)), code(`[${section}] ${option}`), code(yaml ?? '')]
    return { section, cells: [...places, type, preset, by, settingDescriptions[name]] }
  })
  const head = ['setting', 'environment variable', 'INI', 'YAML', 'type', 'default', 'introduced by', 'what it does']
  return [...new Set(rows.map(({ section }) => section))]
    .map((section) => {
      const cells = rows.filter((row) => row.section === section).map((row) => row.cells)
      return `### \`${section}\`\n\n${table([head, ...cells])}`
    })
    .join('\n\n')
}

/** The words for each mode: all that `parseAuthMode` names when it is given another. */
function modeTable() {
  const words = wordsForModes()
  const rows = Object.entries(modes).map(([mode, meaning]) => {
    const own = words.filter((word) => parseAuthMode(word) === mode)
    return [own.map(code).join(', '), code(mode), meaning]
  })
  return table([['word', '`config.credentials.authMode`', 'how to log in'], ...rows])
}

function wordsForModes() {
  try {
    parseAuthMode('')
  } catch (error) {
    return /expected one of (.*)/.exec(/** @type {Error} */ (error).message)?.[1]?.split(', ') ?? []
  }
  return []
}

function exampleInput() {
  const exports = Object.entries(example.env).map(([name, value]) => `export ${name}=${value}`)
  return `\`\`\`bash\n${exports.join('\n')}\n\`\`\`\n\n\`\`\`yaml\n${example.file.text}\`\`\``
}

const resolution = () => resolveConfig({ ...example, yaml: readYaml, readFile: () => 'a secret\n' })

function explainedTable() {
  const rows = resolution()
    .explain()
    .filter(({ source }) => source !== 'default' && source !== 'not set')
    .map(({ setting, value, source, shadowed, problems }) => [
      code(setting),
      code(value),
      code(source),
      shadowed.map(code).join('; '),
      problems.join('; '),
    ])
  return table([['setting', 'value', 'source', 'shadowed', 'problems'], ...rows])
}

function findingTable() {
  const rows = checkConfig(resolution()).map(({ rule, place, message }) => [code(rule), place, message])
  return table([['rule', 'place', 'message'], ...rows])
}

const parts = {
  modes: modeTable,
  settings: settingTables,
  'example input': exampleInput,
  explained: explainedTable,
  findings: findingTable,
  rules: () =>
    table([['rule', 'what it finds'], ...Object.entries(rules).map(([rule, meaning]) => [code(rule), meaning])]),
}

/** @returns {string} the text of docs/configuration.md */
export function renderConfigurationDocument() {
  const text = readFileSync(join(root, '.config/scripts/configuration-document.md'), 'utf8')
  return text.replace(/\{\{(.*?)\}\}/g, (_, name) => parts[/** @type {keyof typeof parts} */ (name)]())
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(join(root, 'docs/configuration.md'), renderConfigurationDocument())
}
