import { createHash } from 'node:crypto'
import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAgents } from '@flyte-js/core/node'
import { createTestClock, type FlyteAdmin, type RecordedRequest, startFlyteAdmin } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drive } from '../../test/drive.js'
import { createAdminClient } from '../create-admin-client.js'
import { type FileUploadOptions, uploadFile } from './upload-file.js'

const target = { project: 'flytesnacks', domain: 'development' }
const isPut = ({ method, path }: RecordedRequest) => method === 'PUT' && path.startsWith('/object-store/')
const isLocation = ({ method, path }: RecordedRequest) => method === 'POST' && path.endsWith('/artifact_urn')
const clock = createTestClock()

let server: FlyteAdmin
let folder: string
let path: string
beforeEach(async () => {
  server = await startFlyteAdmin({ auth: 'none', clock })
  folder = await mkdtemp(join(tmpdir(), 'flyte-js-upload-'))
  path = join(folder, 'data.csv')
  await writeFile(path, 'hello')
})
afterEach(async () => {
  await Promise.all([server.close(), rm(folder, { recursive: true })])
})

const puts = () => server.requests.filter(isPut)
const client = () => createAdminClient({ endpoint: server.url })
const send = (options: FileUploadOptions = {}) =>
  drive(clock, uploadFile(client(), { path, ...target }, { clock, random: () => 0.5, ...options }))
const megabytes = (count: number) => Buffer.alloc(count * 1_048_576, 'abcdefg')

describe('uploading a file on disk', () => {
  it('streams it to the store, with its length and digest', async () => {
    const content = megabytes(3)
    await writeFile(path, content)
    const told: number[] = []
    const md5 = createHash('md5').update(content).digest('base64')
    const uploaded = await send({ onProgress: ({ sent, total }) => told.push(sent / total) })
    expect(uploaded).toMatchObject({ md5, size: content.length, nativeUrl: expect.stringMatching(/\/data\.csv$/) })
    const [put] = puts()
    expect(put?.headers).toMatchObject({ 'content-length': String(content.length), 'content-md5': md5 })
    expect(put?.headers).not.toHaveProperty('content-type')
    expect(put?.headers).not.toHaveProperty('transfer-encoding')
    expect(put?.body.length).toBe(content.length)
    expect(told[0]).toBe(0)
    expect(told.at(-1)).toBe(1)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.length).toBeGreaterThan(5)
  })

  it('takes an empty one', async () => {
    await writeFile(path, '')
    expect(await send()).toMatchObject({ size: 0, md5: '1B2M2Y8AsgTpgAmY7PhCfg==' })
    expect(puts()[0]?.headers['content-length']).toBe('0')
  })

  it('goes out on the agents that it is given', async () => {
    const agents = createAgents()
    await send({ agents })
    expect(Object.keys(agents.http.freeSockets)).toHaveLength(1)
    agents.close()
  })

  it('begins anew, from the beginning of the file', async () => {
    server.answer(isPut, { status: 503 }, 2)
    await send()
    expect(puts().map(({ status, body }) => [status, body])).toEqual([
      [503, 'hello'],
      [503, 'hello'],
      [200, 'hello'],
    ])
  })

  it('gets another URL where the first one has ended', async () => {
    server.answer(isPut, { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }, 1)
    await send()
    expect(puts()).toHaveLength(2)
    expect(server.requests.filter(isLocation)).toHaveLength(2)
  })
})

describe('a file on disk that cannot be uploaded', () => {
  it('because it is not there says so', async () => {
    const upload = uploadFile(client(), { path: join(folder, 'missing'), ...target })
    await expect(upload).rejects.toMatchObject({
      code: 'FLYTE_ADMIN_UPLOAD_FAILED',
      message: expect.stringContaining('ENOENT'),
      isRetryable: false,
    })
    expect(server.requests).toHaveLength(0)
  })

  it('because it is a folder says so', async () => {
    await expect(uploadFile(client(), { path: folder, ...target })).rejects.toThrow('is no file')
  })

  it.each([
    ['grows and changes', () => writeFile(path, megabytes(5).fill('z'))],
    ['changes in its last byte', () => writeFile(path, Buffer.concat([megabytes(4).subarray(1), Buffer.from('!')]))],
    ['shrinks', () => truncate(path, 10)],
  ])('because it %s while it is read never arrives whole', async (_, change) => {
    await writeFile(path, megabytes(4))
    server.answer(isLocation, async () => {
      await change()
      return undefined
    })
    await expect(send()).rejects.toMatchObject({
      code: 'FLYTE_ADMIN_UPLOAD_FAILED',
      message: expect.stringContaining('changed while it was read'),
      isRetryable: false,
    })
    expect(puts().length).toBeLessThan(2)
    expect(puts().filter(({ status }) => status !== undefined)).toEqual([])
  })

  it('that only grows is uploaded as it was', async () => {
    server.answer(isLocation, async () => {
      await appendFile(path, ' and more')
      return undefined
    })
    await send()
    expect(puts()[0]?.body).toBe('hello')
  })
})

/** A store that is a server of the test's own. */
async function withStore<T>(store: Server, work: (url: string) => Promise<T>): Promise<T> {
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(store.address() as AddressInfo).port}/bucket/a?X-Signature=canary`
  server.answer(isLocation, { body: { signed_url: url, native_url: 's3://bucket/a', expires_at: null, headers: {} } })
  try {
    return await work(url)
  } finally {
    store.closeAllConnections()
    await new Promise((resolve) => store.close(resolve))
  }
}

describe('a store that misbehaves', () => {
  const once = { retries: { limit: 0 } }

  it('refuses before it has read anything: its answer counts, and no more is sent', async () => {
    await writeFile(path, megabytes(40))
    let received = 0
    const store = createServer((request, response) => {
      response.writeHead(413).end()
      response.on('finish', () =>
        request.on('data', (chunk) => {
          received += chunk.length
        }),
      )
    })
    await withStore(store, async () => {
      await expect(send()).rejects.toMatchObject({ status: 413, isRetryable: false })
    })
    expect(received).toBeLessThan(20 * 1_048_576)
  })

  it('takes no byte for long', async () => {
    await writeFile(path, megabytes(20))
    const store = createServer(() => {})
    await withStore(store, async () => {
      const error = await send({ timeout: 50, ...once }).catch((thrown) => thrown)
      expect(error).toMatchObject({ code: 'FLYTE_ADMIN_UPLOAD_FAILED', isRetryable: true })
      expect(error.message).toContain('took no byte for 50 ms')
      expect(error.message).not.toContain('canary')
    })
  })

  it('cuts the connection, and is tried again', async () => {
    let tries = 0
    const store = createServer((request) => {
      tries += 1
      request.once('data', () => request.socket.destroy())
    })
    await withStore(store, async () => {
      await expect(send()).rejects.toMatchObject({ code: 'FLYTE_ADMIN_UPLOAD_FAILED', isRetryable: true })
    })
    expect(tries).toBe(5)
  })

  it('cuts the connection while the file is read, and takes it whole the next time', async () => {
    await writeFile(path, megabytes(20))
    let tries = 0
    let received = 0
    const store = createServer((request, response) => {
      tries += 1
      if (tries < 3) return void request.once('data', () => request.socket.destroy())
      request.on('data', (chunk) => {
        received += chunk.length
      })
      request.on('end', () => response.end())
    })
    await withStore(store, () => send())
    expect([tries, received]).toEqual([3, 20 * 1_048_576])
  })

  it('answers without end: no more than a little is read', async () => {
    let written = 0
    const store = createServer((request, response) => {
      request.resume()
      response.writeHead(400)
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) written += 65_536
      }
      response.on('drain', more)
      more()
    })
    await withStore(store, async () => {
      await expect(send()).rejects.toMatchObject({ status: 400 })
    })
    expect(written).toBeLessThan(50_000_000)
  })

  it('is left at once when the caller has had enough', async () => {
    await writeFile(path, megabytes(20))
    const controller = new AbortController()
    let isLeft: (() => void) | undefined
    const left = new Promise<void>((resolve) => {
      isLeft = resolve
    })
    const store = createServer((request) => {
      request.resume().on('close', () => isLeft?.())
      controller.abort('enough')
    })
    await withStore(store, async () => {
      await expect(send({ signal: controller.signal })).rejects.toBe('enough')
      await left
    })
  })
})
