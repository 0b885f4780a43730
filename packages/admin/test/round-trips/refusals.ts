// Where one of the two servers cannot do what a round trip says: the gRPC status that it answers with instead. Each is a line of
// its own, and a test fails as soon as one is no longer so.
import type { GrpcStatus } from '../../src/admin-error.js'
import type { RpcName } from './checked-client.js'

/** What is not answered, by server and RPC. */
export const refusals: Record<'embedded' | 'real', Partial<Record<RpcName, GrpcStatus>>> = {
  embedded: {},
  // It keeps its data in a local folder in tests, for which no URL can be signed.
  real: {
    'dataProxy.createUploadLocation': 'INTERNAL',
    'dataProxy.createDownloadLocation': 'INTERNAL',
  },
}
