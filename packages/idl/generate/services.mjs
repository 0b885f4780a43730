// @ts-check
// Reads the services: which HTTP routes an RPC has, what its path asks for and whether its answer comes in pages.
import { getOption, hasOption } from '@bufbuild/protobuf'

/** The services that Flyte Admin serves over HTTP: the one list in this generator that names protos of flyteidl. */
const serviceNames = [
  'AdminService',
  'SignalService',
  'DataProxyService',
  'IdentityService',
  'AuthMetadataService',
].map((name) => `flyteidl.service.${name}`)

/**
 * @typedef {{ method: string, path: string, body: string }} Binding
 * @typedef {object} Rpc
 * @property {string} name lowerCamel, as a method of a client is called
 * @property {import('@bufbuild/protobuf').DescMethod} descriptor
 * @property {Binding[]} bindings the primary one first
 * @property {string[]} pathParameters those that every binding has
 * @property {string} items the field that holds the items of a page, or empty
 * @typedef {{ name: string, descriptor: import('@bufbuild/protobuf').DescService, rpcs: Rpc[] }} Service
 */

/** @param {string} name */
export const lowerFirst = (name) => name.charAt(0).toLowerCase() + name.slice(1)

/**
 * Reads the services and those of their RPCs that have an HTTP route.
 *
 * @param {import('@bufbuild/protobuf').FileRegistry} registry
 * @returns {Service[]}
 */
export function readServices(registry) {
  const httpRule = registry.getExtension('google.api.http')
  if (httpRule === undefined) throw new Error('The protos do not import google/api/annotations.proto.')
  return serviceNames.map((serviceName) => {
    const descriptor = registry.getService(serviceName)
    if (descriptor === undefined) throw new Error(`flyteidl has no service ${serviceName}.`)
    const rpcs = descriptor.methods
      .filter((method) => hasOption(method, httpRule))
      .map((method) => {
        const rule = /** @type {any} */ (getOption(method, httpRule))
        const bindings = [rule, ...rule.additionalBindings].map((each) => readBinding(method, each))
        return {
          name: lowerFirst(method.name),
          descriptor: method,
          bindings,
          pathParameters: commonPathParameters(bindings),
          items: itemsField(method),
        }
      })
    return { name: descriptor.name, descriptor, rpcs }
  })
}

/**
 * Reads one way to call an RPC, or throws when the route table has no words for it.
 *
 * @param {import('@bufbuild/protobuf').DescMethod} method
 * @param {any} rule a google.api.HttpRule
 * @returns {Binding}
 */
export function readBinding(method, rule) {
  const { case: verb, value: path } = rule.pattern
  // What flyteidl does not use yet has no place in the route table: better to stop than to write a wrong route.
  const isSupported =
    ['get', 'put', 'post', 'delete', 'patch'].includes(verb) &&
    /^(\/([\w.-]+|\{[\w.]+\}))+$/.test(path) &&
    ['', '*'].includes(rule.body) &&
    !rule.responseBody &&
    method.methodKind === 'unary'
  if (!isSupported) throw new Error(`The HTTP rule of ${method} is of a kind that the route table cannot say.`)
  return { method: verb.toUpperCase(), path, body: rule.body }
}

/** @param {Binding[]} bindings */
function commonPathParameters(bindings) {
  const names = bindings.flatMap(({ path }) => path.match(/(?<=\{)[^}]+/g) ?? [])
  return [...new Set(names)].filter((name) => bindings.every(({ path }) => path.includes(`{${name}}`)))
}

/**
 * The field with the items of a page, or empty: pages have a `limit` and a `token` in the request, and a `token` and one
 * list of messages in the response.
 *
 * @param {Pick<import('@bufbuild/protobuf').DescMethod, 'input' | 'output'>} method
 */
export function itemsField({ input, output }) {
  const has = (/** @type {typeof input} */ message, /** @type {string} */ name) =>
    message.fields.some((field) => field.name === name)
  const lists = output.fields.filter((field) => field.fieldKind === 'list' && field.listKind === 'message')
  const isPaginated = has(input, 'limit') && has(input, 'token') && has(output, 'token') && lists.length === 1
  return isPaginated ? /** @type {string} */ (lists[0]?.name) : ''
}
