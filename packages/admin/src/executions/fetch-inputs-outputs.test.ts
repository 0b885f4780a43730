import { inspect } from 'node:util'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launch } from '../../test/launch.js'
import { createAdminClient } from '../create-admin-client.js'
import { fetchInputsOutputs } from './fetch-inputs-outputs.js'

const canary = 'canary-token'
const project = { project: 'flytesnacks', domain: 'development' }
const id = { ...project, name: 'f1' }
const node = { execution_id: id, node_id: 'n0' }
const task = { node_execution_id: node, task_id: { ...project, name: 't', version: 'v1' }, retry_attempt: 1 }
const integer = (value: number) => ({ scalar: { primitive: { integer: String(value) } } })

let server: FlyteAdmin
let client: ReturnType<typeof createAdminClient>
beforeAll(async () => {
  server = await startFlyteAdmin({ auth: 'none' })
  client = createAdminClient({
    endpoint: server.url,
    tokenSource: { getToken: async () => ({ accessToken: canary, tokenType: 'bearer' }) },
    ...{ retries: { limit: 0 }, cache: false },
  })
  await launch(client, id)
})
beforeEach(() => server.clearRequests())
afterAll(() => server.close())

const fromStore = () => server.requests.filter(({ path }) => path.startsWith('/object-store/'))

describe('inputs and outputs', () => {
  it('of an execution are plain values, and as Flyte has them', async () => {
    server.setExecutionData(id, { inputs: { a: integer(1) }, outputs: { o0: integer(2) } })
    const { inputs, outputs, literals } = await fetchInputsOutputs(client, id)
    expect([inputs, outputs]).toEqual([{ a: 1 }, { o0: 2 }])
    expect(literals.outputs.literals.o0).toMatchObject(integer(2))
    expect(server.requests).toHaveLength(1)
  })

  it('that cannot be made plain stay literals, and do not hide the others', async () => {
    const pickled = { scalar: { binary: { value: 'gASVAQ==', tag: 'pickle' } } }
    server.setExecutionData(id, { outputs: { a: pickled, b: integer(2) } })
    const { outputs } = await fetchInputsOutputs(client, id)
    expect(outputs).toMatchObject({ a: pickled, b: 2 })
  })

  it('of an execution that has not ended are empty, and no more is asked', async () => {
    server.setExecutionData(id, {})
    expect(await fetchInputsOutputs(client, id)).toMatchObject({ inputs: {}, outputs: {} })
    expect(server.requests).toHaveLength(1)
  })

  it('of a node', async () => {
    server.setExecutionData({ ...id, node_id: 'n0' }, { outputs: { o0: integer(3) } })
    expect((await fetchInputsOutputs(client, node)).outputs).toEqual({ o0: 3 })
  })

  it("of one try of a node's task", async () => {
    server.setExecutionData({ ...id, node_id: 'n0', retry_attempt: 1 }, { outputs: { o0: integer(4) } })
    expect((await fetchInputsOutputs(client, task)).outputs).toEqual({ o0: 4 })
    await expect(fetchInputsOutputs(client, { ...task, retry_attempt: 2 })).rejects.toMatchObject({
      grpcStatus: 'NOT_FOUND',
      rpc: 'getTaskExecutionData',
    })
  })
})

describe('what is too large for Flyte Admin to hand out', () => {
  const large = { outputs: { o0: integer(2) }, inputs: { a: integer(1) }, maxSizeInBytes: 1 }

  it('is read from the store, without the token', async () => {
    server.setExecutionData(id, large)
    const { inputs, outputs, literals } = await fetchInputsOutputs(client, id)
    expect([inputs, outputs]).toEqual([{ a: 1 }, { o0: 2 }])
    expect(literals.inputs.literals.a).toMatchObject(integer(1))
    expect(fromStore().map(({ status }) => status)).toEqual([200, 200])
    expect(JSON.stringify(fromStore())).not.toContain(canary)
  })

  it('is read without cookies: the signed URL says who asks', async () => {
    server.setExecutionData(id, large)
    const given: (RequestInit | undefined)[] = []
    const { signal } = new AbortController()
    await fetchInputsOutputs(client, id, {
      only: 'inputs',
      signal,
      fetch(url, init) {
        given.push(init)
        return fetch(url, init)
      },
    })
    expect(given).toEqual([{ credentials: 'omit', signal }])
  })

  it('is not read when nobody wants it', async () => {
    server.setExecutionData(id, large)
    expect(await fetchInputsOutputs(client, id, { only: 'inputs' })).toMatchObject({ inputs: { a: 1 }, outputs: {} })
    expect(fromStore()).toHaveLength(1)
  })

  it('is not read beyond maxBytes', async () => {
    server.setExecutionData(id, large)
    await expect(fetchInputsOutputs(client, id, { maxBytes: 3 })).rejects.toThrow('Raise maxBytes')
    expect(fromStore()).toHaveLength(0)
  })

  it.each([
    ['a refusal', { status: 403 }, 'HTTP 403'],
    ['a page', { body: '<html>login</html>' }, 'is no file of literals'],
  ])('is an error where the store answers with %s, and none shows the signed URL', async (_, answer, message) => {
    server.setExecutionData(id, large)
    const forget = server.answer(({ path }) => path.startsWith('/object-store/'), answer)
    const error = await fetchInputsOutputs(client, id).catch((thrown) => thrown)
    forget()
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_RESPONSE_INVALID', rpc: 'getExecutionData' })
    expect(error.message).toContain(message)
    expect(inspect(error, { depth: 9 })).not.toContain('X-Signature')
  })

  describe('and lies where only Flyte reaches it', () => {
    const blob = { url: 's3://bucket/outputs.pb', bytes: '3000000' }
    const withheld = {
      inputs: null,
      full_inputs: null,
      outputs: blob,
      full_outputs: { literals: {} },
      dynamic_workflow: null,
      flyte_urls: { inputs: 'flyte://v1/i', outputs: 'flyte://v1/flytesnacks/development/f1/n0/o', deck: '' },
    }
    const path = '/api/v1/data/node_executions/flytesnacks/development/f1/n0'

    it('comes through the data proxy', async () => {
      const forget = [
        server.answer(path, { body: withheld }),
        server.answer('/api/v1/data', { body: { literal_map: { literals: { o0: integer(5) } } } }),
      ]
      const { inputs, outputs } = await fetchInputsOutputs(client, node)
      for (const one of forget) one()
      expect([inputs, outputs]).toEqual([{}, { o0: 5 }])
      const [asked] = server.requestsTo('/api/v1/data')
      expect(asked?.query.get('flyte_url')).toBe('flyte://v1/flytesnacks/development/f1/n0/o')
    })

    it('is an error and no empty map where the data proxy has no more either', async () => {
      const forget = [
        server.answer(path, { body: withheld }),
        server.answer('/api/v1/data', { body: { literal_map: { literals: {} } } }),
      ]
      const error = await fetchInputsOutputs(client, node).catch((thrown) => thrown)
      expect(error).toMatchObject({ code: 'FLYTE_ADMIN_RESPONSE_INVALID', rpc: 'getNodeExecutionData' })
      expect(error.message).toContain('the outputs are 3000000 bytes')
      expect(await fetchInputsOutputs(client, node, { only: 'inputs' })).toMatchObject({ inputs: {}, outputs: {} })
      for (const one of forget) one()
    })
  })
})

const text = fc.string({ unit: 'grapheme', maxLength: 8 })
const base64 = fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64'))
const digits = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
/** Without -0, which JavaScript's JSON writes as 0. */
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0)
const time = fc.tuple(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), fc.nat(999_999_999))
const fraction = (nanos: number) =>
  nanos === 0
    ? ''
    : `.${String(nanos)
        .padStart(9, '0')
        .replace(/(000){1,2}$/, '')}`
const datetime = time.map(
  ([seconds, nanos]) => `${new Date(seconds * 1000).toISOString().slice(0, -5)}${fraction(nanos)}Z`,
)
const duration = fc
  .tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.nat(999_999_999), fc.constantFrom('', '-'))
  .map(([seconds, nanos, sign]) => `${seconds + nanos > 0 ? sign : ''}${seconds}${fraction(nanos)}s`)
const json = fc.jsonValue({ maxDepth: 3, noUnicodeString: false })
const type = fc.oneof(
  fc.constantFrom({ simple: 'INTEGER' }, { simple: 'STRUCT' }),
  fc.record({ collection_type: fc.constant({ simple: 'STRING' }), metadata: fc.record({ k: json }) }),
  fc.record({ enum_type: fc.record({ values: fc.array(text, { maxLength: 3 }) }) }),
)
const { literal } = fc.letrec((again) => ({
  literal: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ scalar: again('scalar') }),
    fc.record({
      offloaded_metadata: fc.record({ uri: text, size_bytes: fc.nat().map(String), inferred_type: type }),
      hash: text,
    }),
    fc.record({ collection: fc.record({ literals: fc.array(again('literal'), { maxLength: 3 }) }) }),
    fc.record({
      map: fc.record({ literals: fc.dictionary(text, again('literal'), { maxKeys: 3 }) }),
      metadata: fc.dictionary(text, text, { maxKeys: 2 }),
    }),
  ),
  scalar: fc.oneof(
    fc.record({ primitive: fc.record({ integer: digits }) }),
    fc.record({ primitive: fc.record({ float_value: double }) }),
    fc.record({ primitive: fc.record({ string_value: text }) }),
    fc.record({ primitive: fc.record({ boolean: fc.boolean() }) }),
    fc.record({ primitive: fc.record({ datetime }) }),
    fc.record({ primitive: fc.record({ duration }) }),
    fc.record({ none_type: fc.constant({}) }),
    fc.record({ binary: fc.record({ value: base64, tag: text }) }),
    fc.record({ generic: fc.dictionary(text, json, { maxKeys: 3 }) }),
    fc.record({
      blob: fc.record({
        uri: text,
        metadata: fc.record({
          type: fc.record({ format: text, dimensionality: fc.constantFrom('SINGLE', 'MULTIPART') }),
        }),
      }),
    }),
    fc.record({ union: fc.record({ value: again('literal'), type }) }),
  ),
}))

describe('a file of literals', () => {
  it('says the same as the JSON of Flyte Admin, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, literal, { minKeys: 1, maxKeys: 4 }), async (outputs) => {
        server.setExecutionData(id, { outputs: outputs as Record<string, object> })
        const inJson = await fetchInputsOutputs(client, id)
        server.setExecutionData(id, { outputs: outputs as Record<string, object>, maxSizeInBytes: 1 })
        const inBinary = await fetchInputsOutputs(client, id)
        expect(inBinary.literals).toEqual(inJson.literals)
      }),
      { numRuns: 200 },
    )
    expect(fromStore().length).toBeGreaterThan(150)
  })
})
