// For users: files to and from the store behind Flyte Admin. Apart from the client, because of the MD5.
export type {
  UploadClient,
  UploadedFile,
  UploadOptions,
  UploadProgress,
  UploadTarget,
} from './files/upload-contract.js'
export { type BlobUpload, type BlobUploadOptions, uploadFile } from './files/upload-file.js'
