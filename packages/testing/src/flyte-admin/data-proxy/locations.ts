// Signed URLs for uploads and downloads: CreateUploadLocation, CreateDownloadLocation, CreateDownloadLink
// (flyteadmin/dataproxy/service.go), with a store of S3's kind behind them.
import { randomInt } from 'node:crypto'
import { GrpcStatusError, grpcCode, invalidArgument, notFound } from '../grpc-status.js'
import { type Message, messageField, stringField } from '../message.js'
import type { Call, Handler, Handlers } from '../state.js'
import { textFormat } from '../text-format.js'
import { timestampOf } from '../well-known-types.js'
import { base32 } from './base32.js'
import { checkedDuration, goDuration, longestLife, milliseconds } from './expires-in.js'
import type { ObjectStore } from './object-store.js'

/** What locations are made of. */
export interface LocationOptions {
  now(): number
  store: ObjectStore
  /** The URL that a caller reaches the server by. */
  baseOf(call: Call): string
  /** Gets a node execution, or throws. */
  getNodeExecution: Handler
}

/** Makes the handlers. */
export function createLocations({ now, store, baseOf, getNodeExecution }: LocationOptions): Handlers {
  const signed = (call: Call, method: 'GET' | 'PUT', nativeUrl: string, life: number, headers = {}) => {
    const expiresAt = now() + life
    const url = store.signedUrl(nativeUrl, { method, expiresAt, headers }, baseOf(call))
    if (url !== undefined) return { url, expiresAt: timestampOf(expiresAt) }
    throw new GrpcStatusError(grpcCode.internal, 'failed to create a signed url. Error: not found')
  }

  return {
    CreateUploadLocation: (request, call) => {
      const [project, domain] = [stringField(request, 'project'), stringField(request, 'domain')]
      if (project === '' || domain === '') throw invalidArgument('project and domain are required parameters')
      const root = stringField(request, 'filename_root')
      const md5 = stringField(request, 'content_md5')
      if (root === '' && md5 === '') throw invalidArgument('content_md5 or filename_root is a required parameter')
      const digest = Buffer.from(md5, 'base64')
      const locate = (name: string) =>
        store.nativeUrl(
          [stringField(request, 'org'), project, domain, root || base32(digest), name].filter((part) => part !== ''),
        )

      const filename = stringField(request, 'filename')
      if (filename !== '' && root !== '') refuseOverwrite(store, locate(filename), digest.toString('base64'))
      const life = uploadLife(request)
      const nativeUrl = locate(filename || randomName())
      const headers = digest.length === 0 ? {} : { 'content-md5': digest.toString('base64') }
      const metadata = request.add_content_md5_metadata === true
      const { url, expiresAt } = signed(call, 'PUT', nativeUrl, life, {
        ...headers,
        ...(metadata && { 'x-amz-meta-flytecontentmd5': digest.toString('base64') }),
      })
      return {
        signed_url: url,
        native_url: nativeUrl,
        expires_at: expiresAt,
        headers: {
          // The length of the digest, not of the file: so says the real one, and a client must know better.
          'Content-Length': String(digest.toString('base64').length),
          'Content-MD5': digest.toString('base64'),
          ...(metadata && { 'x-amz-meta-flyteContentMD5': digest.toString('base64') }),
        },
      }
    },

    CreateDownloadLocation: (request, call) => {
      const life = checkedDuration(request, 'error while validating request: expiresIn is invalid. Error: ')
      const { url, expiresAt } = signed(call, 'GET', stringField(request, 'native_url'), life)
      return { signed_url: url, expires_at: expiresAt }
    },

    CreateDownloadLink: async (request, call) => {
      const invalid = 'error while validating request. Error: '
      const life = checkedDuration(request, `${invalid}expiresIn is invalid. Error: `)
      if ((request.artifact_type ?? 'ARTIFACT_TYPE_UNDEFINED') === 'ARTIFACT_TYPE_UNDEFINED') {
        throw invalidArgument(`${invalid}invalid artifact type [ARTIFACT_TYPE_UNDEFINED]`)
      }
      if (request.node_execution_id === undefined) throw invalidArgument(`${invalid}source is required. Provided nil`)
      const id = messageField(request, 'node_execution_id')
      let node: Message
      try {
        node = await getNodeExecution({ id }, call)
      } catch (error) {
        throw invalidArgument(
          `failed to find node execution [${textFormat('flyteidl.core.NodeExecutionIdentifier', id)}]. Error: ${(error as Error).message}`,
        )
      }
      const nativeUrl = stringField(messageField(node, 'closure'), 'deck_uri')
      if (nativeUrl === '')
        throw notFound(
          `no deckUrl found for request [${textFormat('flyteidl.service.CreateDownloadLinkRequest', request)}]`,
        )
      if (store.get(nativeUrl) === undefined) throw notFound('object not found')
      const { url, expiresAt } = signed(call, 'GET', nativeUrl, life)
      const urls: Message = { signed_url: [url], expires_at: expiresAt }
      return { ...urls, pre_signed_urls: urls }
    },
  }
}

/** A location that the caller names whole is refused when there is something else already. */
function refuseOverwrite(store: ObjectStore, nativeUrl: string, md5: string): void {
  const existing = store.get(nativeUrl)
  if (existing === undefined || existing.md5 === md5) return
  throw new GrpcStatusError(
    grpcCode.alreadyExists,
    `file already exists at location [${nativeUrl}], specify a matching hash if you wish to rewrite`,
  )
}

/** Too long a life is refused; one that is over before it begins is not. */
function uploadLife(request: Message): number {
  const given = request.expires_in
  if (given === undefined) return longestLife
  const life = milliseconds(given as string)
  if (life <= longestLife) return life
  throw invalidArgument(`expiresIn [${goDuration(life)}] cannot exceed max allowed expiration [1h0m0s]`)
}

const nameCharacters = 'bcdfghjklmnpqrstvwxz2456789'

function randomName(): string {
  return Array.from({ length: 20 }, () => nameCharacters[randomInt(nameCharacters.length)]).join('')
}
