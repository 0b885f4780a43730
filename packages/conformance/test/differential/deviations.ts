// Every way in which flyte-js reads settings otherwise than flytekit, on purpose. Each function takes what flytekit answered and
// gives what flyte-js has to answer: the same, unless it says `deviate`.
import { type SettingName, settings } from '@flyte-js/config'
import type { Case } from './case.js'
import type { YamlNode } from './yaml-texts.js'

/** Of both versions of flytekit. */
export const ofBoth = {
  defaults:
    'where the clients of Flyte disagree on a default, and for the endpoint, there is none: the table has the others',
  emptyList: 'an empty text is an empty list, not a list of one empty text',
  emptyMode: 'an empty auth_mode is none, and the next place is looked at',
  invalidMode: 'an auth_mode that does not exist is an error at once, not at the login',
  lostPercent: 'a value of an INI file with a stray % is an error, where flytekit goes on without the value',
  byteOrderMark: 'a byte order mark is no part of a text',
  dns: 'platform.url loses one dns:/// at its start: flytekit drops it wherever it stands, flytekit 0.16 nowhere',
} as const

/** Of the current flytekit. It has no redirects; nor do the cases that it is given. */
export const ofFlytekit = {
  fileKind:
    '*.yaml and *.yml in any case are YAML, nothing else is: flytekit looks at the last letters, in lower case only',
  brokenYaml:
    'YAML that is broken, or has a key twice or an unknown tag, is an error: flytekit ignores the file or the key',
  wrongType: 'the wrong type in YAML is an error, also where another place wins: flytekit takes it as it is',
  numberAsText: 'a YAML number where text belongs is the text as it is written',
  yaml12: 'YAML 1.2 has fewer words for booleans and numbers than 1.1, and no dates: they are text',
  emptyIsSet: 'what is set to the empty text is empty in the view too, where flytekit takes the default',
  httpIsInsecure: 'an http:// URL means insecure in the view',
  scope: 'the words of scope are the scopes when there are no others',
  moreModes: 'none, passthrough, device and external_command are modes as well',
} as const

/** Of flytekit 0.16. */
export const of016 = {
  emptyBoolean: 'an empty variable is false, as in the current flytekit, and not true',
  iniMistake: 'a bad boolean or number in an INI file is an error, as in the current flytekit, and not the default',
  digitsOnly:
    'a number is decimal digits, where Python reads signs, spaces, underscores and digits of other scripts too',
} as const

type Reason = keyof typeof ofBoth | keyof typeof ofFlytekit | keyof typeof of016

/** What flyte-js has to answer for one setting. */
export type Expected = { value: unknown } | { error: true }

/** How often each deviation was met: one that never is would be an excuse for nothing. */
export const met = new Map<Reason, number>()

function deviate<Instead>(reason: Reason, instead: Instead): Instead {
  met.set(reason, (met.get(reason) ?? 0) + 1)
  return instead
}

const error: Expected = { error: true }
const sameAs = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

// ── What flytekit is asked instead ──────────────────────────────────────────────────────────────────────────────────────────

/** The case as flytekit would have to be given it to say the same as we. */
export function forFlytekit({ env, files, file }: Case): Case {
  const { FLYTE_CREDENTIALS_AUTH_MODE: mode, ...rest } = env
  return {
    env: mode === '' ? deviate('emptyMode', rest) : env,
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text && withoutMark(text)])),
    file: file && { path: pathFor(file.path), text: withoutMark(file.text) },
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? deviate('byteOrderMark', text.slice(1)) : text
}

function pathFor(path: string): string {
  const isYaml = /\.ya?ml$/i.test(path)
  return isYaml === /ya?ml$/.test(path) ? path : deviate('fileKind', isYaml ? 'config.yaml' : 'config.ini')
}

// ── The current flytekit ────────────────────────────────────────────────────────────────────────────────────────────────────

/** What flytekit reads for one setting. */
export interface Read {
  value?: unknown
  /** What it raises instead. */
  fault?: string
  /** The text that it begins with, from the environment or an INI file. */
  raw?: string | null
  /** `configparser` cannot resolve it. */
  lost?: true
}

/** What flytekit says of a case. */
export interface Answer {
  /** It raises at the file as a whole. */
  refused?: string
  /** It logs that the file is no YAML, and goes on. */
  ignored?: true
  values?: Record<string, Read>
  view?: Record<string, unknown>
  /** What it raises instead of a view. */
  failed?: string
  mode?: string | null
}

/** Whether the file as a whole must be an error. */
export function expectRefusal({ file }: Case, { refused, ignored }: Answer): boolean {
  if (refused) return true
  const isWrong = Object.entries(file?.nodes ?? {}).some(([name, node]) =>
    isWrongType(settings[name as SettingName].type, node),
  )
  if (isWrong || file?.flaw === 'a section that is text') return deviate('wrongType', true)
  return file?.flaw !== undefined || ignored === true ? deviate('brokenYaml', true) : false
}

/** What one setting must be. */
export function expectSetting(name: SettingName, read: Read, { file }: Case): Expected {
  const { lost, fault, raw = null } = read
  if (lost) return deviate('lostPercent', error)
  if (fault) return error
  const node = raw === null ? file?.nodes?.[name] : undefined
  const { type } = settings[name]
  if (type === 'list' && raw === '') return deviate('emptyList', { value: [] })
  if (name === 'credentials.auth_mode' && raw === '') return deviate('emptyMode', { value: defaultOf(name) })
  const text = raw ?? (node && 'quoted' in node ? node.quoted : node && 'plain' in node ? node.plain : '')
  if (name === 'platform.url' && text.lastIndexOf('dns:///') > 0) return deviate('dns', { value: withoutDns(text) })
  return orDefault(name, node ? expectYaml(type, node, read.value) : read.value)
}

function expectYaml(type: string, node: YamlNode, theirs: unknown): unknown {
  if ('list' in node)
    return Array.isArray(theirs) ? theirs.map((each, index) => textIn(node.list[index], each)) : theirs
  if (type === 'string') return textIn(node, theirs)
  if (!('plain' in node) || kindOf(node.plain) !== 'text') return theirs
  if (type === 'boolean') return typeof theirs === 'boolean' ? theirs : deviate('yaml12', true)
  return sameAs(theirs, node.plain.split(',')) ? theirs : deviate('yaml12', node.plain.split(','))
}

function textIn(node: YamlNode | undefined, theirs: unknown): unknown {
  if (!node || !('plain' in node)) return theirs
  if (kindOf(node.plain) === 'number') return deviate('numberAsText', node.plain)
  return kindOf(node.plain) === 'nothing' || typeof theirs === 'string' ? theirs : deviate('yaml12', node.plain)
}

function isWrongType(type: string, node: YamlNode): boolean {
  if ('quoted' in node) return false
  if ('mapping' in node) return true
  if ('list' in node) return node.list.length > 0 && (type !== 'list' || node.list.some(isWrongItem))
  const kind = kindOf(node.plain)
  return kind === 'boolean' ? type !== 'boolean' : kind === 'number' && type !== 'string'
}

function isWrongItem(node: YamlNode): boolean {
  return !('quoted' in node) && !('plain' in node && /text|number/.test(kindOf(node.plain)))
}

/** What a word without quotes is in YAML 1.2 (https://yaml.org/spec/1.2.2/#1032-tag-resolution). */
function kindOf(word: string): 'nothing' | 'boolean' | 'number' | 'text' {
  if (/^(null|Null|NULL|~|)$/.test(word)) return 'nothing'
  if (/^(true|True|TRUE|false|False|FALSE)$/.test(word)) return 'boolean'
  const isInteger = /^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/.test(word)
  const isFloat = /^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/.test(
    word,
  )
  return isInteger || isFloat ? 'number' : 'text'
}

/** flytekit's `PlatformConfig` by the names of our table, but for what is made of several settings. */
const viewNames: Partial<Record<SettingName, string>> = {
  'platform.url': 'endpoint',
  'platform.insecure': 'insecure',
  'platform.insecure_skip_verify': 'insecure_skip_verify',
  'platform.ca_cert_file_path': 'ca_cert_file_path',
  'platform.console_endpoint': 'console_endpoint',
  'platform.http_proxy_url': 'http_proxy_url',
  'credentials.client_id': 'client_id',
  'credentials.scopes': 'scopes',
  'credentials.audience': 'audience',
  'credentials.command': 'command',
  'credentials.proxy_command': 'proxy_command',
}

/** What the view must be, where no setting is an error. */
export function expectView(
  { values = {}, view = {}, mode }: Answer,
  expected: Partial<Record<SettingName, unknown>>,
  { env }: Case,
): Partial<Record<SettingName, Expected>> {
  const result: Partial<Record<SettingName, Expected>> = {
    'credentials.client_secret': { value: view.client_credentials_secret },
    'credentials.auth_mode': expectMode(mode, `${expected['credentials.auth_mode']}`),
  }
  for (const [name, field] of Object.entries(viewNames) as [SettingName, string][]) {
    const isAsTheirs = sameAs(expected[name], orDefault(name, values[name]?.value).value)
    const value = isAsTheirs ? expectInView(name, view[field], values[name]?.value, env) : expected[name]
    result[name] = { value }
  }
  if (values['platform.insecure']?.value === null && /^http:\/\//i.test(`${expected['platform.url']}`)) {
    result['platform.insecure'] = deviate('httpIsInsecure', { value: true })
  }
  return result
}

function expectInView(name: SettingName, theirs: unknown, own: unknown, env: Case['env']): unknown {
  const { FLYTE_CREDENTIALS_SCOPE: scope } = env
  if (own === '') return deviate('emptyIsSet', '')
  if (name === 'platform.url' && own === null) return deviate('defaults', null)
  if (name !== 'credentials.scopes' || own !== null || scope === undefined) return theirs
  return deviate(
    'scope',
    scope.split(' ').filter((word) => word !== ''),
  )
}

const modes: Record<string, string> = {
  STANDARD: 'pkce',
  PKCE: 'pkce',
  BASIC: 'client_credentials',
  CLIENT_CREDENTIALS: 'client_credentials',
  CLIENTSECRET: 'client_credentials',
  EXTERNAL_PROCESS: 'external_command',
  EXTERNALCOMMAND: 'external_command',
  DEVICEFLOW: 'device',
}
const moreModes: Record<string, string> = {
  NONE: 'none',
  PASSTHROUGH: 'none',
  DEVICE: 'device',
  EXTERNAL_COMMAND: 'external_command',
}

/** @param word what the mode is by our reading: YAML may differ */
function expectMode(theirs: string | null | undefined, word: string): Expected {
  // Either the word, or a secret from a file or a variable, which wins over it.
  if (theirs === 'CLIENTSECRET') return { value: modes[theirs] }
  return theirs && word.toUpperCase() === theirs ? { value: modes[theirs] } : expectOurMode(word)
}

function expectOurMode(word: string): Expected {
  const more = moreModes[word.toUpperCase()]
  return more ? deviate('moreModes', { value: more }) : deviate('invalidMode', error)
}

// ── flytekit 0.16 ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What flytekit 0.16 reads for one setting. */
export interface Read016 extends Read {
  is_in_file: boolean
}

/** What one setting must be. */
export function expectSetting016(name: SettingName, read: Read016): Expected {
  const { value, lost, fault, raw = null, is_in_file: isInFile } = read
  const { type } = settings[name]
  if (lost) return deviate('lostPercent', error)
  if (fault) return error
  if (raw === null) return sameAs(value, defaultOf(name)) ? { value } : deviate('defaults', { value: defaultOf(name) })
  if (type === 'boolean') {
    if (isInFile) return /^(1|yes|true|on|0|no|false|off)$/i.test(raw) ? { value } : deviate('iniMistake', error)
    return raw === '' ? deviate('emptyBoolean', { value: false }) : { value }
  }
  if (type === 'integer') {
    if (/^[0-9]{1,15}$/.test(raw)) return { value: Number((value as { text: string }).text) }
    return deviate(isInFile && value === null ? 'iniMistake' : 'digitsOnly', error)
  }
  if (type === 'list') return raw === '' ? deviate('emptyList', { value: [] }) : { value }
  if (name === 'platform.url' && raw.startsWith('dns:///')) return deviate('dns', { value: withoutDns(raw) })
  if (name !== 'credentials.auth_mode') return { value }
  if (raw === '') return deviate('emptyMode', { value: defaultOf(name) })
  // 0.16 knows two words and checks neither when it reads them.
  const isMode = { ...modes, ...moreModes }[raw.toUpperCase()] !== undefined
  return isMode ? { value } : deviate('invalidMode', error)
}

// ── Of both ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

function orDefault(name: SettingName, theirs: unknown): { value: unknown } {
  const value = defaultOf(name)
  return theirs === null && value !== null ? deviate('defaults', { value }) : { value: theirs }
}

function defaultOf(name: SettingName): unknown {
  const { default: value = null } = settings[name] as { default?: unknown }
  return value
}

function withoutDns(text: string): string {
  return text.replace(/^dns:\/\/\//, '')
}
