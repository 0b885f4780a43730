// Which RPC a path belongs to, as grpc-gateway's mux finds it.
import { type RpcDescriptor, rpcs } from '@flyte-js/idl/messages'

/** A route that a request's path matched. */
export interface MatchedRoute {
  rpc: RpcDescriptor
  /** True when the body is the request. */
  hasBody: boolean
  /** The values of the path's parameters by the field they fill, such as `id.project`, in the order of the path. */
  pathParameters: ReadonlyMap<string, string>
}

interface Route {
  rpc: RpcDescriptor
  method: string
  hasBody: boolean
  segments: string[]
}

const routes: Route[] = rpcs.flatMap((rpc) =>
  rpc.bindings.map(({ method, path, body }) => ({
    rpc,
    method,
    hasBody: body === '*',
    segments: path.slice(1).split('/'),
  })),
)

/**
 * Finds the route of a path.
 *
 * @param path The path with its percent-encoding undone, because the gateway does so before it looks for slashes.
 * @returns The route; `'wrong-method'` when other methods only have one; `undefined` when none has.
 */
export function matchRoute(method: string, path: string): MatchedRoute | 'wrong-method' | undefined {
  const segments = path.slice(1).split('/')
  let hasOtherMethod = false
  for (const route of routes) {
    const pathParameters = matchSegments(route.segments, segments)
    if (pathParameters === undefined) continue
    if (route.method === method) return { rpc: route.rpc, hasBody: route.hasBody, pathParameters }
    hasOtherMethod = true
  }
  return hasOtherMethod ? 'wrong-method' : undefined
}

function matchSegments(pattern: string[], segments: string[]): Map<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined
  const parameters = new Map<string, string>()
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] as string
    if (expected.startsWith('{')) parameters.set(expected.slice(1, -1), segment)
    else if (expected !== segment) return undefined
  }
  return parameters
}
