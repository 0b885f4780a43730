import type { FlyteErrorCode } from './error-code.js'
import { FlyteError, type FlyteErrorOptions } from './flyte-error.js'
import { originAndPath } from './redact.js'

/** One HTTP request of the hot path. */
export interface HttpRequest {
  /** The method, in upper case. */
  method: string
  /** The absolute URL, with its query. */
  url: string
  /** The headers, their names in lower case. */
  headers: Record<string, string>
  /** The body, already encoded. */
  body?: string | undefined
  /** Ends the request and frees its socket. */
  signal?: AbortSignal | undefined
  /** Milliseconds until the request is given up. Default, and with `0` or `Infinity`: never. */
  timeout?: number | undefined
  /** The largest body that is read, in bytes. Default 64 MiB, so that a broken server cannot fill the memory. */
  maxBytes?: number | undefined
}

/** What came back. Redirects are not followed: Flyte Admin's API has none, and a token must not travel. */
export interface HttpResponse {
  /** The HTTP status. */
  status: number
  /** A header's value by its lower-case name. */
  header(name: string): string | undefined
  /** The whole body, decoded as UTF-8. */
  body: string
}

/** How requests of the hot path reach the network. It throws a {@link TransportError}, or the signal's reason. */
export interface HttpTransport {
  /** Sends one request and reads the whole answer. */
  request(request: HttpRequest): Promise<HttpResponse>
  /** Frees what is held open. */
  close?(): void
}

/** Whether the server can have seen the request. `unknown` counts as sent. */
export type Sent = 'yes' | 'no' | 'unknown'

/** What a {@link TransportError} is made with. */
export interface TransportErrorOptions extends FlyteErrorOptions {
  /** The URL that was asked; only its origin and path are kept. */
  url: string | URL
  /** Whether the server can have seen the request. Default `unknown`. */
  sent?: Sent
  /** Whether it went out on a kept-alive socket, which the server may have closed meanwhile. */
  reusedSocket?: boolean
  /** Whether the same request may go through later. Default true; a certificate or a name that is wrong stays wrong. */
  isTemporary?: boolean
}

/** No answer came, or none that can be read: refused connections, timeouts, TLS failures, bodies over the limit. */
export class TransportError extends FlyteError {
  static override readonly kind: string = 'TransportError'

  /** Origin and path of the URL that was asked. */
  declare readonly url: string
  /** Whether the server can have seen the request. `unknown` counts as sent. */
  declare readonly sent: Sent
  /** Whether it went out on a kept-alive socket, which the server may have closed meanwhile. */
  declare readonly reusedSocket: boolean
  /** Whether the same request may go through later. */
  declare readonly isTemporary: boolean

  constructor(
    code: FlyteErrorCode,
    message: string,
    { url, sent = 'unknown', reusedSocket = false, isTemporary = true, ...options }: TransportErrorOptions,
  ) {
    super(code, message, options)
    Object.assign(this, { url: originAndPath(url), sent, reusedSocket, isTemporary })
  }
}

/** Bodies above this many bytes are not read unless the caller says otherwise: 64 MiB. */
export const defaultMaxBytes: number = 67_108_864
