import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestClock } from '../../test-clock.js'
import { messageFromBinary } from '../binary-decoder.js'
import { type FlyteAdmin, startFlyteAdmin } from '../server.js'

const clock = createTestClock()
let admin: FlyteAdmin
beforeEach(async () => {
  admin = await startFlyteAdmin({ auth: 'none', clock })
})
afterEach(() => admin.close())

async function call<T>(method: string, path: string, body?: unknown): Promise<T & { message?: string }> {
  const response = await fetch(`${admin.url}/api/v1/${path}`, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (await response.json()) as T & { message?: string }
}

interface Location {
  signed_url: string
  native_url: string
  expires_at: string
  headers: Record<string, string>
}

const md5Of = (text: string) => createHash('md5').update(text).digest('base64')
const where = { project: 'flytesnacks', domain: 'development' }
const locate = (text: string, more = {}) =>
  call<Location>('POST', 'dataproxy/artifact_urn', { ...where, content_md5: md5Of(text), filename: 'a.txt', ...more })
const put = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'PUT', body: new TextEncoder().encode(body), headers })
const codeOf = async (response: Response) => [response.status, /<Code>(\w+)/.exec(await response.text())?.[1]]

describe('a location for an upload', () => {
  it('names the file by its digest, and says which headers the store wants', async () => {
    const location = await locate('hello', { add_content_md5_metadata: true })
    expect(location.native_url).toBe('s3://my-s3-bucket/flytesnacks/development/LVAUAKV4JMVHNOLRTWIRAF6FSI======/a.txt')
    expect(location.expires_at).toBe(new Date(clock.now() + 3_600_000).toISOString().replace('.000', ''))
    expect(location.headers).toEqual({
      'Content-Length': '24',
      'Content-MD5': md5Of('hello'),
      'x-amz-meta-flyteContentMD5': md5Of('hello'),
    })
    expect(new URL(location.signed_url).host).toBe(new URL(admin.url).host)
  })

  it('takes the file and hands it out again', async () => {
    const { signed_url, native_url } = await locate('hello')
    const stored = await put(signed_url, 'hello', { 'content-md5': md5Of('hello') })
    expect([stored.status, stored.headers.get('etag')]).toEqual([200, '"5d41402abc4b2a76b9719d911017c592"'])
    const download = await call<Location>('GET', `dataproxy/artifact_urn?native_url=${encodeURIComponent(native_url)}`)
    expect(await (await fetch(download.signed_url)).text()).toBe('hello')
  })

  it('takes nothing else', async () => {
    const { signed_url } = await locate('hello')
    const md5 = { 'content-md5': md5Of('hello') }
    expect(await codeOf(await put(signed_url, 'other', md5))).toEqual([400, 'BadDigest'])
    expect(await codeOf(await put(signed_url, 'hello'))).toEqual([403, 'SignatureDoesNotMatch'])
    expect(await codeOf(await put(signed_url, 'other', { 'content-md5': md5Of('other') }))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ])
    expect(await codeOf(await put(`${signed_url}0`, 'hello', md5))).toEqual([403, 'SignatureDoesNotMatch'])
    expect(await codeOf(await put(signed_url.replace('a.txt', 'b.txt'), 'hello', md5))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ])
    expect(await codeOf(await put(signed_url, 'hello', { ...md5, 'content-type': 'text/plain' }))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ])
    expect(await codeOf(await put(signed_url, 'hello', { ...md5, authorization: 'Bearer x' }))).toEqual([
      400,
      'InvalidArgument',
    ])
    expect(await codeOf(await fetch(signed_url))).toEqual([403, 'SignatureDoesNotMatch'])
    await clock.advance(3_600_001)
    expect(await codeOf(await put(signed_url, 'hello', md5))).toEqual([403, 'AccessDenied'])
  })

  it('takes no body of unknown length', async () => {
    const { signed_url } = await locate('hello')
    const body = new Blob(['hello']).stream()
    const init = { method: 'PUT', body, headers: { 'content-md5': md5Of('hello') }, duplex: 'half' }
    expect(await codeOf(await fetch(signed_url, init as RequestInit))).toEqual([411, 'MissingContentLength'])
  })

  it('that is named whole is not written over with something else', async () => {
    const root = { filename_root: 'fixed' }
    const { signed_url } = await locate('hello', root)
    await put(signed_url, 'hello', { 'content-md5': md5Of('hello') })
    expect((await locate('hello', root)).native_url).toBe('s3://my-s3-bucket/flytesnacks/development/fixed/a.txt')
    expect((await locate('other', root)).message).toBe(
      'file already exists at location [s3://my-s3-bucket/flytesnacks/development/fixed/a.txt], specify a matching hash if you wish to rewrite',
    )
  })

  it('gets a name where there is none', async () => {
    const [one, other] = [await locate('x', { filename: '' }), await locate('x', { filename: '' })]
    expect(one.native_url).toMatch(/\/[a-z0-9]{20}$/)
    expect(one.native_url).not.toBe(other.native_url)
  })

  it('is open to browsers of any origin', async () => {
    const { signed_url } = await locate('hello')
    const headers = { origin: 'https://app.example', 'access-control-request-headers': 'content-md5' }
    const preflight = await fetch(signed_url, { method: 'OPTIONS', headers })
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-md5')
    expect((await put(signed_url, 'x')).headers.get('access-control-allow-origin')).toBe('*')
  })
})

const integer = (value: number) => ({ scalar: { primitive: { integer: String(value) } } })

interface Data {
  full_inputs: { literals: Record<string, object> }
  full_outputs: { literals: Record<string, object> }
  outputs: { url: string; bytes: string }
  flyte_urls: Record<string, string>
}

describe('the data of executions', () => {
  const id = { ...where, name: 'f1', node_id: 'n0' }

  it('is what a test has given, for a node and for a try of its task', async () => {
    admin.setExecutionData(id, { inputs: { a: integer(1) }, outputs: { o0: integer(2) } })
    admin.setExecutionData({ ...id, retry_attempt: 1 }, { outputs: { o0: integer(3) } })
    const node = await call<Data>('GET', 'data/node_executions/flytesnacks/development/f1/n0')
    expect(node.full_inputs.literals.a).toMatchObject(integer(1))
    expect(node.full_outputs.literals.o0).toMatchObject(integer(2))
    expect(node.flyte_urls.outputs).toBe('flyte://v1/flytesnacks/development/f1/n0/o')
    const task = await call<Data>('GET', 'data/task_executions/flytesnacks/development/f1/n0/p/d/t/v/1')
    expect(task.full_outputs.literals.o0).toMatchObject(integer(3))
    expect(task.flyte_urls.inputs).toBe('flyte://v1/flytesnacks/development/f1/n0/1/i')
  })

  it('is found by flyte:// URLs', async () => {
    admin.setExecutionData(id, { inputs: { a: integer(1) }, outputs: { o0: integer(2) } })
    admin.setExecutionData({ ...id, retry_attempt: 0 }, { outputs: { o0: integer(3) } })
    const get = (rest: string) =>
      call<{ literal?: object; literal_map?: { literals: object } }>(
        'GET',
        `data?flyte_url=flyte://v1/flytesnacks/development/f1/n0/${rest}`,
      )
    expect((await get('i')).literal_map?.literals).toMatchObject({ a: integer(1) })
    expect((await get('o/o0')).literal).toMatchObject(integer(2))
    expect((await get('0/o/o0')).literal).toMatchObject(integer(3))
    expect((await get('o/o1')).message).toBe(
      'name [o1] not found in node execution [node_id:"n0" execution_id:{project:"flytesnacks" domain:"development" name:"f1"}]',
    )
  })

  it('that is too large is left in the store', async () => {
    admin.setExecutionData(id, { inputs: { a: integer(1) }, outputs: { o0: integer(2) }, maxSizeInBytes: 1 })
    const { full_outputs, outputs } = await call<Data>('GET', 'data/node_executions/flytesnacks/development/f1/n0')
    expect(full_outputs.literals).toEqual({})
    const bytes = new Uint8Array(await (await fetch(outputs.url)).arrayBuffer())
    expect(String(bytes.length)).toBe(outputs.bytes)
    expect(messageFromBinary('flyteidl.core.LiteralMap', bytes)).toEqual({ literals: { o0: integer(2) } })
  })
})
