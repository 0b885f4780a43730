import { isMap, isScalar } from 'yaml'
import type { ConfigFinding } from '../config-file.js'
import { nearestKey } from '../lint/nearest.js'
import { settingRows } from '../setting-rows.js'
import { findNode, keyOf, offsetOf, type Tree } from './yaml-tree.js'

/** Every path that some client of Flyte reads. */
const known: ReadonlySet<string> = new Set([
  ...settingRows.flatMap(({ yaml }) => yaml ?? []),
  ...'maxMessageSizeBytes defaultServiceConfig disableKeyring'.split(' ').map((key) => `admin.${key}`),
])

/** Sections of flytectl, flytekit and Flyte 2 that say nothing about how to reach Flyte Admin. */
const sectionsOfOthers = /^(adminutils|files|images?|local|logger|otel|profutils|root|sandbox|storage)$/

/** Keys that look as if they did something, and what to do instead. */
const unread: ReadonlyMap<string, string> = new Map([
  [
    'admin.clientSecret',
    'Put the secret into a file and set admin.clientSecretLocation, or into a variable and set admin.clientSecretEnvVar',
  ],
  ['admin.useAuth', 'Remove it'],
  ['admin.authorizationServerUrl', 'Remove it'],
])

/** The words of flytectl, which compares them letter by letter (flyteidl `clients/go/admin/authtype_enumer.go`). */
const flytectlModes: readonly unknown[] = ['ClientSecret', 'Pkce', 'ExternalCommand', 'DeviceFlow']

/** What somebody may have meant: the paths, and their sections. */
const candidates: ReadonlySet<string> = new Set(
  [...known].flatMap((path) => path.split('.').map((_, index, names) => names.slice(0, index + 1).join('.'))),
)
/** What INI files call theirs. */
const iniSections = /^(platform|credentials)$/

/** Finds keys that nobody reads, and values that another client reads otherwise. */
export function lintYaml(tree: Tree, placeAt: (offset: number) => string): ConfigFinding[] {
  const { document, resolve } = tree
  const findings: ConfigFinding[] = []
  const visit = (node: unknown, prefix: string) => {
    const map = resolve(node)
    if (!isMap(map)) return
    for (const pair of map.items) {
      const name = keyOf(pair, resolve)
      if (name === undefined || (prefix === '' && sectionsOfOthers.test(name))) continue
      const key = `${prefix}${name}`
      const place = placeAt(offsetOf(pair))
      const remedy = unread.get(key)
      if (remedy !== undefined) {
        findings.push({ rule: 'unread-key', place, message: `no client of Flyte reads ${key}. ${remedy}` })
      } else if (iniSections.test(key)) {
        const message = `${key} is a section of INI files. Here the endpoint is admin.endpoint, the client admin.clientId, …`
        findings.push({ rule: 'unknown-key', place, message })
      } else if ([...known].some((each) => each.startsWith(`${key}.`))) {
        visit(pair.value, `${key}.`)
      } else if (!known.has(key)) {
        findings.push({ rule: 'unknown-key', place, ...nearestKey(key, candidates) })
      }
    }
  }
  visit(document.contents, '')

  for (const { type, yaml, name } of settingRows) {
    const found = yaml === undefined ? undefined : findNode(tree, yaml.split('.'))
    const node = resolve(found?.node)
    if (found === undefined || !isScalar(node)) continue
    const place = placeAt(found.offset)
    if (type === 'boolean' && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE')) {
      const message = `${yaml} is a boolean in quotes, which Flyte 2 reads as true whatever it says. Remove the quotes`
      findings.push({ rule: 'quoted-boolean', place, message })
    }
    if (name === 'credentials.auth_mode' && node.value && !flytectlModes.includes(node.value)) {
      const message = `flytectl refuses this mode in the same file. Write one of ${flytectlModes.join(', ')}, in these letters`
      findings.push({ rule: 'flytectl-mode', place, message })
    }
  }
  return findings
}
