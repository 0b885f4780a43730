import { Headers, Response } from 'cross-fetch'

/**
 * Puts cross-fetch's `Headers` and `Response` in the place of Node's, for a process that is ours alone: a command's.
 *
 * oauth4webapi asks the globals for both, and the first touch of either has Node load the whole of its fetch, which takes a
 * command a fifth of its time. A library must not do this to the program that imports it.
 *
 * @param scope - the command's `globalThis`
 */
export function useCrossFetch(scope: { Headers: typeof Headers; Response: typeof Response }): void {
  scope.Headers = Headers
  scope.Response = Response
}
