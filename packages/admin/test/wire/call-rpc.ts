import { defined, type HttpTransport, type TokenSource } from '@flyte-js/core'
import { createAdminClient } from '../../src/create-admin-client.js'
import type { CallOptions } from '../../src/request-types.js'

/** A method of any RPC. */
export type AnyMethod = ((request?: object, options?: CallOptions) => Promise<unknown>) & {
  paginate?: unknown
  pages?: unknown
}

/** Finds the method of an RPC that is named like `admin.getTask`. */
export function methodOf(client: object, rpc: string): AnyMethod {
  const [service = '', method = ''] = rpc.split('.')
  return (client as Record<string, Record<string, AnyMethod>>)[service]?.[method] as AnyMethod
}

/** Calls an RPC with a client of its own, so that nothing of another call (a cached answer, a connection's header) is in the way. */
export async function callRpc(
  endpoint: string,
  rpc: string,
  request?: object,
  options: { transport?: HttpTransport; tokenSource?: TokenSource } = {},
): Promise<unknown> {
  return methodOf(createAdminClient({ endpoint, ...defined(options) }), rpc)(request)
}
