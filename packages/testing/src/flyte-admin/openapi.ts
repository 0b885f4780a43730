// A small stand-in for the swagger document that a real Flyte Admin serves without a login.
import { rpcs } from '@flyte-js/idl/messages'

/** The document: every route with the name of its RPC. */
export function openApiDocument(): string {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { service, rpc, bindings } of rpcs) {
    for (const { path, method } of bindings) {
      paths[path] ??= {}
      const operations = paths[path]
      const parameters = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        type: 'string',
      }))
      operations[method.toLowerCase()] = {
        operationId: `${service}_${rpc}`,
        responses: { 200: { description: 'A successful response.' } },
        parameters,
        tags: [service],
      }
    }
  }
  return JSON.stringify({
    swagger: '2.0',
    info: { title: 'flyteidl/service/admin.proto', version: 'version not set' },
    consumes: ['application/json'],
    produces: ['application/json'],
    paths,
  })
}
