import type { Clock, Random } from '@flyte-js/core'
import type { DataProxyService } from '@flyte-js/idl'
import type { ServiceMethods } from '../request-types.js'

/** What uploads need of the client. */
export interface UploadClient {
  /** The service that signs URLs of the store. */
  dataProxy: Pick<ServiceMethods<DataProxyService>, 'createUploadLocation'>
}

/** Where a file is to go. */
export interface UploadTarget {
  /** The project that the file is for. */
  project: string
  /** The domain, e.g. `development`. */
  domain: string
  /** The file's name, with `/` for folders. Without one Flyte Admin makes one up. */
  filename?: string
  /** The folder of the file. Default: its MD5, so that files of one name do not meet. */
  filenameRoot?: string
  /** The organization, where there are several. */
  org?: string
  /** Milliseconds that the signed URL lives. Default: the longest that Flyte Admin allows, mostly an hour. */
  expiresIn?: number
}

/** How far an upload is. */
export interface UploadProgress {
  /** Bytes that the platform has taken; 0 again when the upload begins anew. */
  sent: number
  /** Bytes of the whole file. */
  total: number
}

/** How an upload goes on. */
export interface UploadOptions {
  /** Ends the upload at any time. */
  signal?: AbortSignal
  /** Hears how far it is. What it throws is swallowed. */
  onProgress?: (progress: UploadProgress) => void
  /** How often a failed upload is begun anew, and the longest wait before that. Default 4 times and 8,000 ms, as the client's own. */
  retries?: { limit?: number; maxDelay?: number }
  /** The clock of retries. Default: the system's. */
  clock?: Clock
  /** Spreads retries. Default: the platform's. */
  random?: Random
}

/** A file that lies in the store. */
export interface UploadedFile {
  /** Where it lies, in the store's own words, e.g. `s3://bucket/flytesnacks/development/…/data.csv`: what tasks take as an input. */
  nativeUrl: string
  /** Its MD5 in base64. */
  md5: string
  /** Its size in bytes. */
  size: number
}
