// For users: what needs Node.
export type {
  UploadClient,
  UploadedFile,
  UploadOptions,
  UploadProgress,
  UploadTarget,
} from '../files/upload-contract.js'
export { type FileUpload, type FileUploadOptions, uploadFile } from './upload-file.js'
