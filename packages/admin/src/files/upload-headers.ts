import type { CreateUploadLocationResponse } from '@flyte-js/idl'

/** Headers that the platform sets by what it sends. Flyte Admin's `Content-Length` is the digest's (24), not the file's. */
const ofTheConnection = /^(content-length|host|connection|transfer-encoding|expect)$/i

/**
 * The headers that the store wants: those that Flyte Admin has signed, and nothing else. No content type: Google's store
 * refuses one that is not signed. No token of Flyte Admin either: the URL says who asks.
 */
export function headersOf(
  { headers, native_url }: Pick<CreateUploadLocationResponse, 'headers' | 'native_url'>,
  md5: string,
): Record<string, string> {
  const sent: Record<string, string> = { 'content-md5': md5 }
  // A Flyte Admin of before 1.13 does not say what Azure cannot do without.
  if (/^abfss?:/.test(native_url)) sent['x-ms-blob-type'] = 'BlockBlob'
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!ofTheConnection.test(name) && value !== '') sent[name.toLowerCase()] = value
  }
  return sent
}
