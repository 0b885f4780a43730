import { readFileSync, statSync } from 'node:fs'
import * as tls from 'node:tls'
import { createSecureContext, rootCertificates, type SecureContext, type SecureContextOptions } from 'node:tls'
import { ConfigError } from '@flyte-js/core'

/** Whom connections trust, and who they say they are. */
export interface TrustSettings {
  /** `platform.ca_cert_file_path`: certificates (PEM) that are trusted beside the platform's own. */
  caCertFilePath?: string | undefined
  /** What the caller gave: its own certificates, a client certificate and its key. */
  tls?: SecureContextOptions | undefined
  /** Where `NODE_EXTRA_CA_CERTS` is. */
  env: Readonly<Record<string, string | undefined>>
}

const setting = 'platform.ca_cert_file_path'

/**
 * Makes what TLS connections need: the certificates that they trust, and a client's own where there is one.
 *
 * The file is looked at before each new connection and read again when it has changed, so that a long-lived process survives the
 * rotation of its authority. What cannot be read any more, e.g. while it is being replaced, leaves the last good one in place.
 *
 * @returns a function that gives the context for the next connection; `undefined` where Node's own will do
 * @throws ConfigError `FLYTE_CONFIG_INVALID` for a file that is missing or holds no certificate, or a client certificate that
 * cannot be used
 */
export function createTrust({ caCertFilePath, tls: given = {}, env }: TrustSettings): () => SecureContext | undefined {
  if (caCertFilePath === undefined && Object.keys(given).length === 0) return () => undefined
  let known = ''
  let context: SecureContext | undefined

  function refresh(): void {
    const version = caCertFilePath === undefined ? 'none' : versionOf(caCertFilePath)
    if (version === known) return
    const own = caCertFilePath === undefined ? [] : [readCertificates(caCertFilePath)]
    // Who gives a list of authorities replaces the platform's, as in Node; the file adds to it.
    const base = given.ca === undefined ? platformCertificates(env) : [given.ca].flat()
    try {
      context = createSecureContext({ ...given, ca: [...base, ...own] })
    } catch (cause) {
      throw unusable(caCertFilePath, cause)
    }
    known = version
  }

  refresh()
  return () => {
    try {
      refresh()
    } catch {
      // The last good one: the handshake says what is wrong, if anything is.
    }
    return context
  }
}

/** What tells one state of a file from another. */
function versionOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path)
    return `${mtimeMs}-${size}-${ino}`
  } catch (cause) {
    throw missing(path, cause)
  }
}

function readCertificates(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw missing(path, cause)
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  const message = `${setting} (FLYTE_PLATFORM_CA_CERT_FILE_PATH) names ${path}, which holds no certificate in PEM ("-----BEGIN CERTIFICATE-----"). Convert it (openssl x509 -inform der -outform pem), or unset it`
  throw new ConfigError('FLYTE_CONFIG_INVALID', message, { setting })
}

function missing(path: string, cause: unknown): ConfigError {
  const message = `${setting} (FLYTE_PLATFORM_CA_CERT_FILE_PATH) names ${path}, which cannot be read (${(cause as NodeJS.ErrnoException).code}). Put the certificate of your authority there, or unset it`
  return new ConfigError('FLYTE_CONFIG_INVALID', message, { setting, cause })
}

function unusable(path: string | undefined, cause: unknown): ConfigError {
  const where = path === undefined ? 'The option tls' : `The option tls or ${setting} (${path})`
  const message = `${where} cannot be used for TLS: ${(cause as Error).message}. Check certificates, key and passphrase`
  return new ConfigError('FLYTE_CONFIG_INVALID', message, { setting, cause })
}

/** What Node itself trusts. Before 22.15 it cannot be asked for what NODE_EXTRA_CA_CERTS adds. */
function platformCertificates(env: TrustSettings['env']): string[] {
  const { getCACertificates } = tls as { getCACertificates?: () => string[] }
  if (getCACertificates !== undefined) return getCACertificates()
  const extra = env.NODE_EXTRA_CA_CERTS
  if (!extra) return [...rootCertificates]
  try {
    return [...rootCertificates, readFileSync(extra, 'utf8')]
  } catch {
    // Node warns of it, and goes on without.
    return [...rootCertificates]
  }
}
