// The store behind Flyte Admin (S3, Google's, Azure's), on the same port: what is put and got there with signed URLs.
import { createHash } from 'node:crypto'
import type { HttpAnswer, HttpRequest } from '../../http-exchange.js'
import { createUrlSigner, type Permission } from './signed-url.js'

/** Where the store is on the server. */
export const storePath = '/object-store/'
const bucket = 'my-s3-bucket'

/** An object that was put. */
export interface StoredObject {
  bytes: Buffer
  /** The MD5 of the bytes in base64. */
  md5: string
}

/** A store with one bucket. */
export interface ObjectStore {
  /** An object's URL in the store's own words: `s3://my-s3-bucket/…`. */
  nativeUrl(keyParts: readonly string[]): string
  /** A signed URL for an object; `undefined` for one of another bucket. */
  signedUrl(nativeUrl: string, permission: Omit<Permission, 'path'>, base: string): string | undefined
  get(nativeUrl: string): StoredObject | undefined
  put(nativeUrl: string, bytes: Buffer): void
  answer(request: HttpRequest): HttpAnswer
}

/** Makes an empty one. */
export function createObjectStore(now: () => number): ObjectStore {
  const signer = createUrlSigner()
  const objects = new Map<string, StoredObject>()
  /** The path of an object on the server, from its native URL. */
  const pathOf = (nativeUrl: string): string | undefined => {
    const prefix = `s3://${bucket}/`
    return nativeUrl.startsWith(prefix) ? `${storePath}${bucket}/${nativeUrl.slice(prefix.length)}` : undefined
  }
  const put = (path: string, bytes: Buffer) =>
    objects.set(path, { bytes, md5: createHash('md5').update(bytes).digest('base64') })

  function answerPut({ path, headers, body }: HttpRequest): HttpAnswer {
    if (headers['content-length'] === undefined) return refusal(411, 'MissingContentLength')
    const md5 = headers['content-md5'] ?? ''
    if (md5 !== '') {
      if (Buffer.from(md5, 'base64').length !== 16) return refusal(400, 'InvalidDigest')
      if (createHash('md5').update(body).digest('base64') !== md5) return refusal(400, 'BadDigest')
    }
    put(path, body)
    return {
      status: 200,
      headers: { ETag: `"${Buffer.from(objects.get(path)?.md5 ?? '', 'base64').toString('hex')}"` },
    }
  }

  function answerGet({ path }: HttpRequest): HttpAnswer {
    const found = objects.get(path)
    if (found === undefined) return refusal(404, 'NoSuchKey')
    return { status: 200, headers: { 'Content-Type': 'binary/octet-stream' }, body: found.bytes }
  }

  function decide(request: HttpRequest): HttpAnswer {
    // A second way to log in beside the signature is refused by S3: so would be a token of Flyte's.
    if (request.headers.authorization !== undefined) return refusal(400, 'InvalidArgument')
    const refused = signer.refuse(request, now())
    if (refused !== undefined) return refusal(403, refused, new URLSearchParams(request.query).get('X-Signature') ?? '')
    if (request.method === 'PUT') return answerPut(request)
    if (request.method === 'GET') return answerGet(request)
    return refusal(405, 'MethodNotAllowed')
  }

  return {
    // As Go resolves it: a name with `..` goes up, one with `?` gets a query.
    nativeUrl: (keyParts) =>
      new URL(keyParts.map((part) => part.replace(/^\/+|\/+$/g, '')).join('/'), `s3://${bucket}/`).href,
    signedUrl(nativeUrl, permission, base) {
      const path = pathOf(nativeUrl)
      return path === undefined ? undefined : `${base}${path}?${signer.sign({ ...permission, path })}`
    },
    get: (nativeUrl) => objects.get(pathOf(nativeUrl) ?? ''),
    put: (nativeUrl, bytes) => {
      put(pathOf(nativeUrl) ?? '', bytes)
    },
    answer(request) {
      if (request.method === 'OPTIONS') return { status: 200, headers: preflight(request.headers) }
      const answer = decide(request)
      return { ...answer, headers: { ...answer.headers, 'Access-Control-Allow-Origin': '*' } }
    },
  }
}

/** Buckets that browsers upload to have a CORS configuration of their own. This one lets all in. */
function preflight(headers: Readonly<Record<string, string>>): Record<string, string> {
  return {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET, PUT',
    'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? '',
  }
}

/** S3 says what it was given, credentials included, so that whoever logs its answers has them. */
function refusal(status: number, code: string, given = ''): HttpAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>refused</Message><SignatureProvided>${given}</SignatureProvided></Error>`
  return { status, headers: { 'Content-Type': 'application/xml' }, body }
}
