import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { networkFailure } from '@flyte-js/core'
import type { Agents } from '@flyte-js/core/node'
import { AdminError } from '../admin-error.js'
import { upload } from '../files/upload.js'
import type { UploadClient, UploadedFile, UploadOptions, UploadTarget } from '../files/upload-contract.js'
import { bytesOf, putFile } from './put-file.js'

/** A file on disk to upload, and where to. */
export interface FileUpload extends UploadTarget {
  /** The file's path. Its last part is the default of `filename`. */
  path: string
}

/** What {@link uploadFile} can be told. */
export interface FileUploadOptions extends UploadOptions {
  /** Milliseconds in which the store takes no byte until a try is given up. Default 60,000. */
  timeout?: number
  /** The agents to go out on, for a CA or proxy of one's own. Default: Node's. */
  agents?: Agents
}

/**
 * Uploads a file on disk for tasks to read, through a signed URL of Flyte Admin's data proxy. No token goes to the store.
 *
 * The file is streamed, twice: first for its MD5, then to the store; it may be larger than the memory. A failed try begins
 * anew, with another signed URL when the first one has ended. A file that changes meanwhile is not uploaded.
 *
 * @throws `AdminError` `FLYTE_ADMIN_UPLOAD_FAILED` with the store's status; what `createUploadLocation` throws; the signal's reason
 *
 * @example
 * ```ts
 * import { createAdminClient } from '@flyte-js/admin'
 * import { uploadFile } from '@flyte-js/admin/node'
 *
 * const client = createAdminClient({ endpoint: 'http://localhost:30080' })
 * const file = { path: 'data.parquet', project: 'flytesnacks', domain: 'development' }
 * const { nativeUrl } = await uploadFile(client, file, {
 *   onProgress: ({ sent, total }) => console.error(`${Math.floor((100 * sent) / total)} %`),
 * })
 * ```
 */
export async function uploadFile(
  client: UploadClient,
  { path, ...target }: FileUpload,
  options: FileUploadOptions = {},
): Promise<UploadedFile> {
  const { signal, agents, timeout = 60_000 } = options
  if (signal?.aborted) throw signal.reason
  const changed = () => unreadable(`${path} changed while it was read. Upload it again when nobody writes to it`)
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(`${path} cannot be read: ${networkFailure(error)}`, error)
  })
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw unreadable(`${path} is no file: upload the files of a folder one by one`)
    const { size } = stats
    const { md5, length } = await digest(file, size, signal)
    if (length !== size) throw changed()
    const put = (url: string, headers: Record<string, string>, onSent: (sent: number) => void) =>
      putFile({ url, headers, file, size, md5, agents, signal, timeout, onSent, changed })
    return await upload(client, { filename: basename(path), ...target }, { size, md5, put }, options)
  } finally {
    await file.close()
  }
}

async function digest(file: FileHandle, size: number, signal: AbortSignal | undefined) {
  const hash = createHash('md5')
  let length = 0
  for await (const chunk of bytesOf(file, size)) {
    if (signal?.aborted) throw signal.reason
    hash.update(chunk)
    length += chunk.length
  }
  return { md5: hash.digest('base64'), length }
}

function unreadable(message: string, cause?: unknown): AdminError {
  return new AdminError('FLYTE_ADMIN_UPLOAD_FAILED', message, { rpc: 'createUploadLocation', cause })
}
