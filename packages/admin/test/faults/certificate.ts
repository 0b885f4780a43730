// X.509 certificates (RFC 5280), made when a test needs one: so none can expire in the repository, and no other program is needed.
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'

/** A certificate and its key, both as PEM. */
export interface Certificate {
  cert: string
  key: string
}

const sequence = 0x30
const integer = 0x02
const octets = 0x04
const bits = 0x03
const set = 0x31
const boolean = 0x01
const objectIdentifier = 0x06
const utf8 = 0x0c
const generalizedTime = 0x18
/** Tags whose meaning the place gives: `[0]` the version, `[2]` a DNS name, `[3]` the extensions. */
const version = 0xa0
const dnsName = 0x82
const extensions = 0xa3

const oid = {
  commonName: [0x55, 0x04, 0x03],
  subjectAltName: [0x55, 0x1d, 0x11],
  basicConstraints: [0x55, 0x1d, 0x13],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
}

const day = 86_400_000

/**
 * Makes one for a host.
 *
 * @param host - the name that it is for
 * @param lastDay - when it ends, in days from now; below 0 it has ended
 * @param authority - who signs it, and whether it may sign others. Default: it signs itself, and no other
 */
export function createCertificate(
  host: string,
  lastDay = 1,
  { signedBy, isAuthority = false }: { signedBy?: Certificate; isAuthority?: boolean } = {},
): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(sequence, der(objectIdentifier, oid.ecdsaWithSha256))
  const nameOf = (text: string) =>
    der(sequence, der(set, der(sequence, der(objectIdentifier, oid.commonName), der(utf8, text))))
  const signer = signedBy === undefined ? host : new X509Certificate(signedBy.cert).subject.replace(/^CN=/, '')
  const extension = (name: readonly number[], value: Buffer) =>
    der(sequence, der(objectIdentifier, name), der(octets, value))
  const toBeSigned = der(
    sequence,
    der(version, der(integer, [2])),
    der(integer, [1]),
    algorithm,
    nameOf(signer),
    der(sequence, time(Date.now() - 30 * day), time(Date.now() + lastDay * day)),
    nameOf(host),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      extensions,
      der(
        sequence,
        extension(oid.subjectAltName, der(sequence, der(dnsName, host))),
        ...(isAuthority ? [extension(oid.basicConstraints, der(sequence, der(boolean, [0xff])))] : []),
      ),
    ),
  )
  const signature = sign('sha256', toBeSigned, signedBy?.key ?? privateKey)
  const whole = der(sequence, toBeSigned, algorithm, der(bits, [0], signature))
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** One value in DER: tag, length, content (X.690 section 8.1). */
function der(tag: number, ...content: (string | readonly number[] | Buffer)[]): Buffer {
  const bytes = Buffer.concat(content.map((piece) => Buffer.from(piece as string)))
  const { length } = bytes
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), bytes])
}

function time(milliseconds: number): Buffer {
  return der(generalizedTime, `${new Date(milliseconds).toISOString().replace(/\D/g, '').slice(0, 14)}Z`)
}
