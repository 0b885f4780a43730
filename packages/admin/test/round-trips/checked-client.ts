// A client whose every answer is held against its type.
import { rpcs } from '@flyte-js/idl/messages'
import type { AdminError, GrpcStatus } from '../../src/admin-error.js'
import type { AdminClient } from '../../src/create-admin-client.js'
import { violations } from './conformance.js'

/** An RPC by its service and method, such as `admin.getTask`. */
export type RpcName = {
  [Service in keyof AdminClient]: `${Service}.${keyof AdminClient[Service] & string}`
}[keyof AdminClient]

/** Wraps a client: an answer that is not what its type says is an error. Each call's end is told to `onEnd`, a refusal by its gRPC status. */
export function checkedClient(
  client: AdminClient,
  onEnd: (rpc: RpcName, grpcStatus: GrpcStatus | undefined) => void,
): AdminClient {
  const services = Object.entries(client).map(([service, methods]) => [
    service,
    Object.fromEntries(
      Object.entries(methods as Record<string, (...given: unknown[]) => Promise<unknown>>).map(([rpc, method]) => [
        rpc,
        Object.assign(async (...given: unknown[]) => {
          const name = `${service}.${rpc}` as RpcName
          const answer = await method(...given).catch((error: AdminError) => {
            onEnd(name, error.grpcStatus)
            throw error
          })
          const type = rpcs.find((each) => each.method === rpc)?.response ?? ''
          const wrong = violations(type, answer, rpc)
          if (wrong.length > 0) throw new Error(`the answer is not what its type says:\n${wrong.join('\n')}`)
          onEnd(name, 'OK')
          return answer
        }, method),
      ]),
    ),
  ])
  return Object.fromEntries(services)
}
