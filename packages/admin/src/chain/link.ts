import type { HttpRequest, HttpResponse } from '@flyte-js/core'

/** One call on its way to the network. */
export interface Call {
  /** The RPC's name, for errors and events. */
  rpc: string
  /** The request, as far as it is made. Links add to its headers. */
  request: HttpRequest
}

/** Takes a call on and brings its answer back. */
export type Handler = (call: Call) => Promise<HttpResponse>
