import { createHash } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { inspect } from 'node:util'
import { createTestClock, type FlyteAdmin, type RecordedRequest, startFlyteAdmin } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drive } from '../../test/drive.js'
import { createAdminClient } from '../create-admin-client.js'
import type { UploadProgress } from './upload-contract.js'
import { type BlobUploadOptions, uploadFile } from './upload-file.js'

const canary = 'canary-token'
const target = { project: 'flytesnacks', domain: 'development' }
const isPut = ({ method, path }: RecordedRequest) => method === 'PUT' && path.startsWith('/object-store/')
const isLocation = ({ method, path }: RecordedRequest) => method === 'POST' && path.endsWith('/artifact_urn')

const clock = createTestClock()
let server: FlyteAdmin
beforeEach(async () => {
  server = await startFlyteAdmin({ auth: 'none', clock })
})
afterEach(() => server.close())

const puts = () => server.requests.filter(isPut)
const locations = () => server.requests.filter(isLocation)
const client = () =>
  createAdminClient({
    endpoint: server.url,
    tokenSource: { getToken: async () => ({ accessToken: canary, tokenType: 'bearer' }) },
  })
const send = (file: Blob | Uint8Array = new Blob(['hello']), options: BlobUploadOptions = {}, more = {}) =>
  drive(
    clock,
    uploadFile(client(), { file, filename: 'a.txt', ...target, ...more }, { clock, random: () => 0.5, ...options }),
  )

describe('uploading a file', () => {
  it('puts it into the store, under its digest, with the headers that were signed and no others', async () => {
    const uploaded = await send(new Blob(['hello'], { type: 'text/plain' }))
    expect(uploaded).toEqual({
      nativeUrl: 's3://my-s3-bucket/flytesnacks/development/LVAUAKV4JMVHNOLRTWIRAF6FSI======/a.txt',
      md5: 'XUFAKrxLKna5cZ2REBfFkg==',
      size: 5,
    })
    const [put] = puts()
    expect(put?.body).toBe('hello')
    expect(put?.headers).toMatchObject({
      'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
      'x-amz-meta-flytecontentmd5': 'XUFAKrxLKna5cZ2REBfFkg==',
      'content-length': '5',
    })
    expect(put?.headers).not.toHaveProperty('content-type')
    expect(puts()).toHaveLength(1)
  })

  it('gives the token to Flyte Admin and never to the store', async () => {
    await send()
    expect(locations()[0]?.headers.authorization).toContain(canary)
    expect(JSON.stringify(puts())).not.toContain(canary)
  })

  it.each([0, 1, 1_048_575, 1_048_576, 1_048_577, 3_000_000])('takes %d bytes', async (size) => {
    const bytes = new Uint8Array(size).map((_, index) => (index * 31) % 251)
    const { md5 } = await send(bytes)
    expect(md5).toBe(createHash('md5').update(bytes).digest('base64'))
    expect(puts()[0]?.headers['content-length']).toBe(String(size))
  })

  it("takes a browser file's own name, unless another is given", async () => {
    const file = new File(['hello'], 'own.csv')
    expect((await drive(clock, uploadFile(client(), { file, ...target }, { clock }))).nativeUrl).toMatch(/\/own\.csv$/)
    expect((await send(file, {}, { filename: 'other.csv' })).nativeUrl).toMatch(/\/other\.csv$/)
  })

  it('sends what else is asked for', async () => {
    const { nativeUrl } = await send(undefined, {}, { filenameRoot: 'runs/7', expiresIn: 90_500, org: 'acme' })
    expect(nativeUrl).toBe('s3://my-s3-bucket/acme/flytesnacks/development/runs/7/a.txt')
    expect(JSON.parse(locations()[0]?.body ?? '')).toMatchObject({ expires_in: '90.5s', org: 'acme' })
  })

  it.each(['what?.txt', 'a#1', '100%', '../../other/project/x', '..', './x', 'a\\b'])(
    'refuses the name %s, which the store would make another one of',
    async (filename) => {
      await expect(send(undefined, {}, { filename })).rejects.toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
      expect(server.requests).toHaveLength(0)
    },
  )

  it('tells the beginning and the end where the platform tells no more, and survives a broken listener', async () => {
    const told: UploadProgress[] = []
    const onProgress = (progress: UploadProgress) => {
      told.push(progress)
      throw new Error('a broken progress bar')
    }
    await send(undefined, { onProgress })
    expect(told).toEqual([
      { sent: 0, total: 5 },
      { sent: 5, total: 5 },
    ])
  })
})

const refuse = (status: number, code = '', times = Number.POSITIVE_INFINITY) =>
  server.answer(
    isPut,
    { status, body: `<Error><Code>${code}</Code><SignatureProvided>canary</SignatureProvided></Error>` },
    times,
  )

describe('an upload that fails', () => {
  it.each([500, 503, 429, 408])('with %d is begun anew, four times with ever longer waits', async (status) => {
    refuse(status)
    const begin = clock.monotonic()
    await expect(send()).rejects.toMatchObject({ code: 'FLYTE_ADMIN_UPLOAD_FAILED', status, isRetryable: true })
    expect(puts()).toHaveLength(5)
    expect(locations()).toHaveLength(1)
    expect(clock.monotonic() - begin).toBe(0.5 * (500 + 1000 + 2000 + 4000))
  })

  it('once is a success in the end, whole', async () => {
    refuse(503, 'SlowDown', 2)
    const told: number[] = []
    await send(undefined, { onProgress: ({ sent }) => told.push(sent) })
    expect(puts().map(({ status, body }) => [status, body])).toEqual([
      [503, 'hello'],
      [503, 'hello'],
      [200, 'hello'],
    ])
    expect(told).toEqual([0, 0, 0, 5])
  })

  it('because its URL has ended gets another one', async () => {
    let isFirst = true
    server.answer(isPut, async () => {
      if (isFirst) await clock.advance(3_600_001)
      isFirst = false
      return undefined
    })
    await send()
    expect(puts().map(({ status }) => status)).toEqual([403, 200])
    expect(locations()).toHaveLength(2)
  })

  it('is not sent to a URL that has ended meanwhile', async () => {
    const failure = refuse(503, '', 1)
    await send(undefined, { random: () => 0.999 }, { expiresIn: 100 })
    failure()
    expect(puts().map(({ status }) => status)).toEqual([503, 200])
    expect(locations()).toHaveLength(2)
  })

  it.each([
    [403, 'SignatureDoesNotMatch', 2],
    [400, 'ExpiredToken', 2],
    [400, 'InvalidDigest', 1],
    [400, 'BadDigest', 1],
    [404, 'NoSuchBucket', 1],
  ])('with %d %s is begun anew only where another URL may help', async (status, code, tries) => {
    refuse(status, code)
    await expect(send()).rejects.toMatchObject({ status, isRetryable: false })
    expect(puts()).toHaveLength(tries)
    expect(locations()).toHaveLength(tries)
  })

  it('says where and why, and keeps the signed URL and what the store quotes to itself', async () => {
    refuse(403, 'SignatureDoesNotMatch')
    const error = await send().catch((thrown) => thrown)
    expect(error.message).toMatch(
      /object-store\/my-s3-bucket\/.*a\.txt answered with HTTP 403 \(SignatureDoesNotMatch\)/,
    )
    const signature = new URLSearchParams(puts()[0]?.url.split('?')[1]).get('X-Signature') as string
    expect(signature).toHaveLength(64)
    for (const secret of [signature, 'X-Signature', canary, 'SignatureProvided']) {
      expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(secret)
    }
  })

  it('without an answer is begun anew, and says so without the signed URL', async () => {
    const fetch = () => Promise.reject(Object.assign(new Error('https://store/?X-Signature=canary'), { cause: {} }))
    const error = await send(undefined, { fetch }).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_UPLOAD_FAILED', isRetryable: true })
    expect(error.message).toContain('cannot be reached')
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
  })

  it('at Flyte Admin says what Flyte Admin says', async () => {
    await expect(send(undefined, {}, { project: '' })).rejects.toMatchObject({
      grpcStatus: 'INVALID_ARGUMENT',
      rpc: 'createUploadLocation',
    })
    expect(puts()).toHaveLength(0)
  })

  it.each(['', '/relative', 'file:///tmp/x'])('at a URL that is none (%s) is not tried', async (signed_url) => {
    server.answer(isLocation, { body: { signed_url, native_url: 'x', expires_at: null, headers: {} } })
    await expect(send()).rejects.toMatchObject({ code: 'FLYTE_ADMIN_UPLOAD_FAILED' })
    expect(locations()).toHaveLength(1)
  })

  it('because the file cannot be read any more says so', async () => {
    const file = new Blob(['hello'])
    file.slice = () =>
      Object.assign(new Blob(['hello']), { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) })
    await expect(send(file)).rejects.toThrow('moved or changed since it was chosen')
  })

  it('because the store hangs is given up after its timeout', async () => {
    server.answer(isPut, () => new Promise(() => {}))
    const upload = send(undefined, { timeout: 30, retries: { limit: 0 } })
    await expect(upload).rejects.toThrow('not sent within 30 ms')
  })

  it('with a redirect does not follow it', async () => {
    server.answer(isPut, { status: 307, headers: { location: `${server.url}/elsewhere` } })
    await expect(send()).rejects.toMatchObject({ code: 'FLYTE_ADMIN_UPLOAD_FAILED', isRetryable: false })
    expect(server.requestsTo('/elsewhere')).toHaveLength(0)
  })
})

describe("the caller's abort of an upload", () => {
  it('before it begins leaves no request', async () => {
    await expect(send(undefined, { signal: AbortSignal.abort('early') })).rejects.toBe('early')
    expect(server.requests).toHaveLength(0)
  })

  it('while the store takes the file ends it', async () => {
    const controller = new AbortController()
    server.answer(isPut, () => {
      controller.abort('enough')
      return new Promise(() => {})
    })
    await expect(send(undefined, { signal: controller.signal })).rejects.toBe('enough')
    expect(puts()).toHaveLength(1)
  })

  it('is listened for no longer than the upload takes', async () => {
    const { signal } = new AbortController()
    await send(undefined, { signal })
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('between two tries leaves no timer', async () => {
    const controller = new AbortController()
    server.answer(isPut, () => {
      setTimeout(() => controller.abort('enough'), 20)
      return { status: 503 }
    })
    const upload = uploadFile(client(), { file: new Blob(['x']), ...target }, { clock, signal: controller.signal })
    await expect(upload).rejects.toBe('enough')
    expect(clock.sleeping).toBe(0)
  })
})
