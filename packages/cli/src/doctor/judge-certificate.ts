import { duration } from '../output/duration.js'
import { certificateFacts } from './certificate.js'
import { type Finding, fault, ok, warning } from './finding.js'
import type { TlsLook } from './look-at-tls.js'

const day = 86_400_000

/** What is renewed by itself is renewed by then: certificates of Let's Encrypt a month before their end. */
const soon = 14 * day

/** What a certificate is judged by. */
interface Judging {
  readonly host: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly insecureSkipVerify: boolean
  readonly caCertFilePath: string | undefined
}

/** Judges what a server shows: whether the client trusts it, and for how long still. */
export function judgeCertificate({ version, certificate, distrust }: TlsLook, judging: Judging): Finding {
  const { host, now, insecureSkipVerify, caCertFilePath } = judging
  const { names, signers, from, until } = certificateFacts(certificate)
  const left = until - now
  const signed = `signed by ${signers.join(', ')}`
  const date = (time: number) => new Date(time).toISOString().slice(0, 10)
  const known = `${version.replace('v', ' ')}, ${signed}, good until ${date(until)}`
  const bad = distrust === undefined ? undefined : whatIsWrong()

  function whatIsWrong(): Finding {
    if (distrust === 'ERR_TLS_CERT_ALTNAME_INVALID') {
      const cure = `Write a name of the certificate in platform.url (FLYTE_PLATFORM_URL), or have one made that is for ${host}`
      return fault(`the certificate is for ${names.join(', ')}, and not for ${host}`, cure)
    }
    if (left <= 0)
      return fault(
        `the certificate has ended on ${date(until)}; ${signed}`,
        'Have the certificate of the server renewed',
      )
    if (from > now) {
      const cure = 'Check the clock of this machine; if that is right, the certificate of the server'
      return fault(`the certificate is good from ${date(from)} on only`, cure)
    }
    const more = caCertFilePath
      ? `${caCertFilePath} does not have it: add it there (platform.ca_cert_file_path)`
      : 'Put its certificate (PEM) into a file, and name that by platform.ca_cert_file_path (FLYTE_PLATFORM_CA_CERT_FILE_PATH)'
    const cure = `Ask whoever runs the server for the authority's certificate. ${more}. If it is a known authority, the server does not send those in between`
    return fault(`nobody here trusts the certificate: it is ${signed} (${distrust})`, cure)
  }

  if (insecureSkipVerify) {
    const cure =
      bad === undefined
        ? 'Unset platform.insecure_skip_verify (FLYTE_PLATFORM_INSECURE_SKIP_VERIFY): the certificate is good without it'
        : `Unset platform.insecure_skip_verify (FLYTE_PLATFORM_INSECURE_SKIP_VERIFY), and put right what it hides: ${bad.found}. ${bad.cure}`
    return warning('certificates are not verified: whoever is on the way can read tokens and data', cure)
  }
  if (bad !== undefined) return bad
  if (left < soon)
    return warning(`${known}, which is in ${duration(left)}`, 'Have the certificate of the server renewed')
  return ok(known)
}
