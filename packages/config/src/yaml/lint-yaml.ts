import { type Document, isMap, isScalar } from 'yaml'
import type { ConfigFinding } from '../config-file.js'
import { nearest } from '../lint/nearest.js'
import { settingRows } from '../setting-rows.js'
import { type Found, findNode, keyOf, resolveAlias } from './yaml-tree.js'

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

/** Finds keys that nobody reads, and values that another client reads otherwise. */
export function lintYaml(
  document: Document,
  path: string,
  lineOf: (found: Found | undefined) => number,
): ConfigFinding[] {
  const findings: ConfigFinding[] = []
  const visit = (node: unknown, prefix: string) => {
    const map = resolveAlias(document, node)
    if (!isMap(map)) return
    for (const pair of map.items) {
      const name = keyOf(pair)
      if (name === undefined || (prefix === '' && sectionsOfOthers.test(name))) continue
      const key = `${prefix}${name}`
      const place = `${path} line ${lineOf(findNode(document, key.split('.')))}`
      const remedy = unread.get(key)
      if (remedy !== undefined) {
        findings.push({ rule: 'unread-key', place, message: `no client of Flyte reads ${key}. ${remedy}` })
      } else if ([...known].some((each) => each.startsWith(`${key}.`))) {
        visit(pair.value, `${key}.`)
      } else if (!known.has(key)) {
        findings.push({ rule: 'unknown-key', place, ...nearest(`nobody reads ${key}`, key, known) })
      }
    }
  }
  visit(document.contents, '')

  for (const { type, yaml, name } of settingRows) {
    const found = yaml === undefined ? undefined : findNode(document, yaml.split('.'))
    const node = resolveAlias(document, found?.node)
    if (!isScalar(node)) continue
    const place = `${path} line ${lineOf(found)}`
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
