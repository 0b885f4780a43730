import { afterEach, expect, inject, test, vi } from 'vitest'
import { createAdminClient } from '../../src/create-admin-client.js'
import type { UploadProgress } from '../../src/files/upload-contract.js'
import { uploadFile } from '../../src/files.js'

declare module 'vitest' {
  interface ProvidedContext {
    endpoint: string
    accessToken: string
  }
}

const canary = inject('accessToken')
const client = createAdminClient({
  endpoint: inject('endpoint'),
  tokenSource: { getToken: async () => ({ accessToken: canary, tokenType: 'bearer' }) },
  authorizationHeader: 'flyte-authorization',
})
const target = { project: 'flytesnacks', domain: 'development' }
const bytes = (size: number) => new Uint8Array(size).map((_, index) => (index * 31) % 251)

/** What lies in the store. */
async function stored(nativeUrl: string): Promise<Uint8Array<ArrayBuffer>> {
  const { signed_url } = await client.dataProxy.createDownloadLocation({ native_url: nativeUrl })
  return new Uint8Array(await (await fetch(signed_url)).arrayBuffer())
}

/** Short to compare: `toEqual` takes minutes over megabytes. */
const fingerprint = async (content: Uint8Array<ArrayBuffer>) =>
  `${content.length} ${new Uint8Array(await crypto.subtle.digest('SHA-256', content))}`

afterEach(() => vi.restoreAllMocks())

// The store of the embedded Flyte Admin takes no other content type than none, no second login and no wrong digest.
test('a file goes to the store of another origin, under its own name, and its type stays here', async () => {
  const file = new File([bytes(3_000_000)], 'data.csv', { type: 'text/csv' })
  const { nativeUrl, size } = await uploadFile(client, { file, ...target })
  expect([size, nativeUrl.split('/').at(-1)]).toEqual([3_000_000, 'data.csv'])
  expect(await fingerprint(await stored(nativeUrl))).toBe(await fingerprint(bytes(3_000_000)))
})

test('with progress it is told as it goes out', async () => {
  const xhr = vi.spyOn(XMLHttpRequest.prototype, 'send')
  const headers = vi.spyOn(XMLHttpRequest.prototype, 'setRequestHeader')
  const told: UploadProgress[] = []
  const file = new File([bytes(8_000_000)], 'large.bin', { type: 'text/csv' })
  const { nativeUrl } = await uploadFile(client, { file, ...target }, { onProgress: (one) => told.push(one) })
  expect(xhr).toHaveBeenCalledTimes(1)
  expect(JSON.stringify(headers.mock.calls)).not.toContain(canary)
  expect(await fingerprint(await stored(nativeUrl))).toBe(await fingerprint(bytes(8_000_000)))
  expect(told[0]).toEqual({ sent: 0, total: 8_000_000 })
  expect(told.at(-1)).toEqual({ sent: 8_000_000, total: 8_000_000 })
  // More than the beginning and the end, which are told in any case.
  expect(told.length).toBeGreaterThan(2)
})

test.each([true, false])('an empty one is one (with progress: %s)', async (isTold) => {
  const options = isTold ? { onProgress: () => {} } : {}
  const { nativeUrl } = await uploadFile(
    client,
    { file: new Blob([]), filename: `empty-${isTold}`, ...target },
    options,
  )
  expect(await stored(nativeUrl)).toHaveLength(0)
})

test.each([true, false])('a refusal says the store’s word for it (with progress: %s)', async (isTold) => {
  const { dataProxy } = client
  // Signed for another file.
  const createUploadLocation: typeof dataProxy.createUploadLocation = async (request, options) =>
    dataProxy.createUploadLocation({ ...request, content_md5: 'XUFAKrxLKna5cZ2REBfFkg==' }, options)
  const options = { retries: { limit: 0 }, ...(isTold && { onProgress: () => {} }) }
  const upload = uploadFile({ dataProxy: { createUploadLocation } }, { file: new Blob(['other']), ...target }, options)
  await expect(upload).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('changed while it was read'),
  })
})

test.each([true, false])('an abort ends it (with progress: %s)', async (isTold) => {
  const controller = new AbortController()
  const { dataProxy } = client
  const createUploadLocation: typeof dataProxy.createUploadLocation = async (request, options) => {
    const location = await dataProxy.createUploadLocation(request, options)
    setTimeout(() => controller.abort('enough'))
    return location
  }
  const options = { signal: controller.signal, ...(isTold && { onProgress: () => {} }) }
  const file = new Blob([bytes(20_000_000)])
  const upload = uploadFile({ dataProxy: { createUploadLocation } }, { file, ...target }, options)
  await expect(upload).rejects.toBe('enough')
})

test.each([true, false])('a store that cannot be reached is said to be so (with progress: %s)', async (isTold) => {
  const location = { signed_url: 'http://localhost:1/a?canary', native_url: 's3://b/a', expires_at: null, headers: {} }
  const options = { retries: { limit: 0 }, ...(isTold && { onProgress: () => {} }) }
  const upload = uploadFile(
    { dataProxy: { createUploadLocation: async () => location } },
    { file: new Blob(['x']), ...target },
    options,
  )
  const error = await upload.catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'FLYTE_ADMIN_UPLOAD_FAILED', isRetryable: true })
  expect(error.message).toContain("the store's CORS")
  expect(error.message).not.toContain('canary')
})
