import { request } from 'node:https'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { Agents } from '@flyte-js/core/node'
import { addressOf } from './connect.js'

/** What a server shows in a TLS handshake. */
export interface TlsLook {
  /** E.g. `TLSv1.3`. */
  readonly version: string
  readonly certificate: DetailedPeerCertificate
  /** Why the certificate is not to be trusted, as OpenSSL and Node say it, e.g. `CERT_HAS_EXPIRED`. */
  readonly distrust: string | undefined
}

/**
 * Makes a TLS connection, through the proxy where there is one, looks, and hangs up: nothing is sent on it.
 *
 * @param agents - that take every certificate, so that a bad one can be looked at
 */
export function lookAtTls(agents: Agents, url: URL, signal: AbortSignal): Promise<TlsLook> {
  return new Promise((resolve, reject) => {
    const { host: hostname, port } = addressOf(url)
    const outgoing = request({ agent: agents.for(url), protocol: 'https:', hostname, port, signal })
    // More than one may come.
    outgoing.on('error', reject)
    outgoing.once('socket', (socket) => {
      const secure = socket as TLSSocket & { secureConnecting: boolean }
      const look = () => {
        resolve({
          version: secure.getProtocol() ?? 'TLS',
          certificate: secure.getPeerCertificate(true),
          // Node's types say that it is an error; it is its code.
          distrust: secure.authorized ? undefined : String(secure.authorizationError),
        })
        outgoing.destroy()
      }
      if (secure.secureConnecting) secure.once('secureConnect', look)
      else look()
    })
  })
}
