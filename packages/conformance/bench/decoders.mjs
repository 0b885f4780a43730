// Ways from the bytes of a page of executions to its message. What a way loads is loaded when it is made: imports are not measured.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const typeName = 'flyteidl.admin.ExecutionList'

/** The bytes in both encodings. @typedef {{ json: Buffer, binary: Buffer }} Page */

/** @returns {Promise<import('@bufbuild/protobuf').DescMessage>} */
async function descriptor() {
  const { loadProtoRegistry } = await import('../../idl/generate/proto-registry.mjs')
  return loadProtoRegistry().getMessage(typeName)
}

/** @param {Buffer} json @returns {Promise<Buffer>} the same message, binary */
export async function binaryOf(json) {
  const { fromJson, toBinary } = await import('@bufbuild/protobuf')
  const schema = await descriptor()
  return Buffer.from(toBinary(schema, fromJson(schema, JSON.parse(json.toString()))))
}

/** @type {Record<string, () => Promise<(page: Page) => unknown>>} */
export const decoders = {
  'JSON.parse': async () => (page) => JSON.parse(page.json.toString()),
  'flyte-js admin': async () => {
    const { createAdminClient } = await import('@flyte-js/admin')
    let body = ''
    // A network that has the answer already: what is left is what the client makes of it.
    const transport = {
      request: async () => ({
        status: 200,
        header: (name) => (name === 'content-type' ? 'application/json' : undefined),
        body,
      }),
    }
    const { admin } = createAdminClient({ endpoint: 'http://localhost', transport })
    return (page) => {
      body = page.json.toString()
      return admin.listExecutions({ id: { project: 'flytesnacks', domain: 'production' }, limit: 1_000 })
    }
  },
  // protobufjs knows no timestamps in JSON, so that only binary answers can be read with it.
  'protobufjs (flyteidl), binary': async () => {
    const { flyteidlDirectory } = await import('../../idl/generate/proto-registry.mjs')
    const { flyteidl } = createRequire(import.meta.url)(join(flyteidlDirectory, 'gen/pb-js/flyteidl.js'))
    const { ExecutionList } = flyteidl.admin
    return (page) => ExecutionList.decode(page.binary)
  },
  'protobuf-es, JSON': async () => {
    const { fromJson } = await import('@bufbuild/protobuf')
    const schema = await descriptor()
    return (page) => fromJson(schema, JSON.parse(page.json.toString()))
  },
  'protobuf-es, binary': async () => {
    const { fromBinary } = await import('@bufbuild/protobuf')
    const schema = await descriptor()
    return (page) => fromBinary(schema, page.binary)
  },
}

// As a process of its own: the milliseconds of its first page.
if (process.send && process.argv[2] !== undefined) {
  const [, , name, jsonFile, binaryFile] = process.argv
  const page = { json: readFileSync(jsonFile), binary: readFileSync(binaryFile) }
  const decode = await decoders[name]()
  const start = performance.now()
  await decode(page)
  process.send(performance.now() - start)
  process.disconnect()
}
