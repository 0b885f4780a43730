import { AdminError } from '../admin-error.js'
import { md5Of } from './md5.js'
import { putBlob } from './put-blob.js'
import { upload } from './upload.js'
import type { UploadClient, UploadedFile, UploadOptions, UploadTarget } from './upload-contract.js'

/** A file to upload, and where to. */
export interface BlobUpload extends UploadTarget {
  /** The file. A `File` of a browser has a name, which is the default of `filename`. */
  file: Blob | Uint8Array
}

/** What {@link uploadFile} can be told. */
export interface BlobUploadOptions extends UploadOptions {
  /** Milliseconds until one try is given up. Default: a minute, and a second for each 64 KiB. */
  timeout?: number
  /** Who does the work. Default: the platform's own `fetch`. */
  fetch?: typeof globalThis.fetch
}

/** The slowest line that is waited for: 64 KiB a second. */
const slowestBytesPerMillisecond = 65.536

/**
 * Uploads a file for tasks to read, through a signed URL of Flyte Admin's data proxy. No token goes to the store.
 *
 * The file is read twice, first for its MD5, piece by piece. A failed try begins anew, with another signed URL when the first
 * one has ended. In a page `onProgress` hears of bytes as they go out (`XMLHttpRequest` sends the file then); elsewhere, as in
 * service workers and Node, only of the beginning and the end. In Node `@flyte-js/admin/node` streams from disk, with progress.
 *
 * @throws `AdminError` `FLYTE_ADMIN_UPLOAD_FAILED` with the store's status; what `createUploadLocation` throws; the signal's reason
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { uploadFile } from '@flyte-js/admin/files'
 *
 * const client = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const file = new Blob(['a,b\n1,2\n'])
 * const target = { project: 'flytesnacks', domain: 'development', filename: 'data.csv' }
 * const { nativeUrl } = await uploadFile(client, { file, ...target })
 * ```
 */
export async function uploadFile(
  client: UploadClient,
  { file, ...target }: BlobUpload,
  options: BlobUploadOptions = {},
): Promise<UploadedFile> {
  const { signal, onProgress, fetch = globalThis.fetch } = options
  if (signal?.aborted) throw signal.reason
  const name = 'name' in file ? { filename: String(file.name) } : {}
  // `slice` and not the file itself: what has no type is sent without a content type.
  const body = file instanceof Uint8Array ? new Blob([file as Uint8Array<ArrayBuffer>]) : file.slice()
  const { size } = body
  const timeout = options.timeout ?? 60_000 + size / slowestBytesPerMillisecond
  const md5 = await md5Of(body, signal).catch((error: unknown) => {
    if (signal?.aborted) throw signal.reason
    const message = 'The file cannot be read: it was moved or changed since it was chosen. Choose it again'
    throw new AdminError('FLYTE_ADMIN_UPLOAD_FAILED', message, { rpc: 'createUploadLocation', cause: error })
  })
  const put = (url: string, headers: Record<string, string>, onSent: (sent: number) => void) =>
    putBlob({ url, headers, body, signal, timeout, fetch, ...(onProgress && { onSent }) })
  return upload(client, { ...name, ...target }, { size, md5, put }, options)
}
