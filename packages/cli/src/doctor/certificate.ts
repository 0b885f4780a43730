import type { DetailedPeerCertificate, Certificate as Name } from 'node:tls'

/** What people want to know of a certificate. */
export interface CertificateFacts {
  /** Whom it is for: the names in it, else its subject. */
  readonly names: readonly string[]
  /** Who signed it, from the next one up; `itself` where it did that itself. */
  readonly signers: readonly string[]
  /** Epoch milliseconds. */
  readonly from: number
  /** Epoch milliseconds. */
  readonly until: number
}

/** Reads a certificate and its chain. */
export function certificateFacts(certificate: DetailedPeerCertificate): CertificateFacts {
  const { subject, subjectaltname = '', valid_from, valid_to } = certificate
  const names = subjectaltname.split(', ').flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? [])
  return {
    names: names.length > 0 ? names : [nameOf(subject)],
    signers: signersOf(certificate),
    from: Date.parse(valid_from),
    until: Date.parse(valid_to),
  }
}

function signersOf(certificate: DetailedPeerCertificate): string[] {
  const seen = new Set([certificate.fingerprint256])
  const signers: string[] = []
  for (let each = certificate; ; each = each.issuerCertificate) {
    const above = each.issuerCertificate
    const isLast = above === undefined || seen.has(above.fingerprint256)
    if (isLast && above !== undefined) return signers.length > 0 ? signers : ['itself']
    signers.push(nameOf(each.issuer))
    // Nobody has sent that one, and nobody here knows it.
    if (above === undefined) return signers
    seen.add(above.fingerprint256)
  }
}

/** A name as people say it: what it is called, and whose it is. */
function nameOf({ CN, O }: Partial<Pick<Name, 'CN' | 'O'>> = {}): string {
  const [name, organization] = [CN, O].map((each) => [each].flat()[0])
  if (!name) return organization || 'nobody who says a name'
  return organization && organization !== name ? `${name} (${organization})` : name
}
