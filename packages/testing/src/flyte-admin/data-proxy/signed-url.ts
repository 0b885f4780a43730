// Signed URLs, as the stores behind a Flyte Admin make them: whoever has one may do one thing with one object for a while.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a signed URL allows. */
export interface Permission {
  method: 'GET' | 'PUT'
  /** The path of the object on the server, encoded as it is in URLs. */
  path: string
  /** When it ends, in epoch milliseconds. */
  expiresAt: number
  /** Headers that the request must have, by lower-case name. */
  headers: Readonly<Record<string, string>>
}

/** Signs and checks. */
export interface UrlSigner {
  /** The query of a signed URL. */
  sign(permission: Permission): string
  /** What is wrong with a request, as a code of S3; `undefined` when it may go on. */
  refuse(request: SignedRequest, now: number): 'AccessDenied' | 'SignatureDoesNotMatch' | undefined
}

/** A request for an object. */
export interface SignedRequest {
  method: string
  path: string
  query: string
  headers: Readonly<Record<string, string>>
}

/**
 * Headers that count even when nobody asked for them: S3 takes no metadata that is not signed, and Google's store no content
 * type but the signed one, so a client that sends the type of a file is refused there.
 */
const alwaysSigned = /^(content-md5|content-type|x-amz-meta-.*)$/

/** Makes one with a key of its own. */
export function createUrlSigner(): UrlSigner {
  const key = randomBytes(32)
  const signatureOf = ({ method, path, expiresAt, headers }: Permission) => {
    const counted = Object.entries(headers)
      .filter(([name, value]) => alwaysSigned.test(name) && value !== '')
      .sort(([one], [other]) => (one < other ? -1 : 1))
    return createHmac('sha256', key)
      .update(JSON.stringify([method, path, expiresAt, counted]))
      .digest('hex')
  }
  return {
    sign(permission) {
      const signature = signatureOf(permission)
      return new URLSearchParams({ 'X-Expires': String(permission.expiresAt), 'X-Signature': signature }).toString()
    },
    refuse({ method, path, query, headers }, now) {
      const parameters = new URLSearchParams(query)
      const expiresAt = Number(parameters.get('X-Expires'))
      const given = Buffer.from(parameters.get('X-Signature') ?? '')
      const expected = Buffer.from(signatureOf({ method: method as 'PUT', path, expiresAt, headers }))
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'SignatureDoesNotMatch'
      return now > expiresAt ? 'AccessDenied' : undefined
    },
  }
}
