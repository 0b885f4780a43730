import { type AuthMode, parseAuthMode } from '@flyte-js/config'
import type { Answers } from './ask-for-config.js'

/** flytectl's words, which it compares letter by letter; flytekit takes them, too. */
const words: Readonly<Record<AuthMode, string>> = {
  pkce: 'Pkce',
  device: 'DeviceFlow',
  client_credentials: 'ClientSecret',
  external_command: 'ExternalCommand',
  none: 'none',
}

/**
 * The text of a configuration file that flyte-js, flytekit and flytectl read alike.
 *
 * @throws ConfigError for a mode that is none
 */
export function configText({ endpoint, insecure, authMode, clientId, clientSecretLocation, console }: Answers): string {
  // JSON's strings are YAML's, and nobody's answer can break out of them, or be a number, a boolean or a mark.
  const line = (key: string, value: string | undefined) => (value ? [`  ${key}: ${JSON.stringify(value)}`] : [])
  const [, scheme, place] = /^(https?):\/\/([^/]+)\/?$/.exec(endpoint) ?? []
  const host = place ?? endpoint.replace(/^dns:\/\/\//, '')
  // A path in it is of HTTP alone: it stays what it is. Anything else is as flytectl writes it.
  const url = host.includes('/') ? host : `dns:///${host}`
  return [
    '# Read by flyte-js, flytekit and flytectl. What it says and what wins over it: flyte-js config explain',
    'admin:',
    ...line('endpoint', url),
    `  insecure: ${insecure || scheme === 'http'}`,
    `  authType: ${words[parseAuthMode(authMode, '--auth: ')]}`,
    ...line('clientId', clientId),
    ...line('clientSecretLocation', clientSecretLocation),
    ...(console ? ['console:', ...line('endpoint', console)] : []),
    '',
  ].join('\n')
}
