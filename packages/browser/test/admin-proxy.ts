import { type IncomingMessage, request, type ServerResponse } from 'node:http'

/** Puts a Flyte Admin on a site's own origin, as an ingress does: a page there needs no CORS, and a public client that has the site's address. */
export interface AdminProxy {
  /** The grant types that the token endpoint was asked for. */
  readonly grantTypes: string[]
  /** How many calls come without a good token from now on, so that Flyte Admin itself refuses them. */
  spoiled: number
  /** Answers what is Flyte Admin's; false leaves it to the site. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse): boolean
}

const isAdmins = /^\/(api\/|me$|oauth2\/|login\?|\.well-known\/|config\/v1\/)/
const tokenHeaders = /^(authorization|flyte-authorization)$/

/** Makes one. */
export function createAdminProxy(endpoint: string): AdminProxy {
  const proxy: AdminProxy = {
    grantTypes: [],
    spoiled: 0,
    answer(incoming, outgoing) {
      const { url = '/', headers } = incoming
      if (!isAdmins.test(url)) return false
      const isCall = url.startsWith('/api/') && Object.keys(headers).some((name) => tokenHeaders.test(name))
      const isSpoiled = isCall && proxy.spoiled > 0
      if (isSpoiled) proxy.spoiled -= 1
      forward(incoming, outgoing, isSpoiled).catch((error) => outgoing.destroy(error))
      return true
    },
  }

  async function forward(incoming: IncomingMessage, outgoing: ServerResponse, isSpoiled: boolean): Promise<void> {
    const body = await bytesOf(incoming)
    if (incoming.url === '/oauth2/token')
      proxy.grantTypes.push(new URLSearchParams(String(body)).get('grant_type') ?? '')
    const { host = '', origin: _, ...headers } = incoming.headers
    if (isSpoiled)
      for (const name of Object.keys(headers)) if (tokenHeaders.test(name)) headers[name] = 'Bearer spoiled'
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method: incoming.method, headers: { ...headers, host: new URL(endpoint).host } }
      request(endpoint + incoming.url, options, resolve)
        .on('error', reject)
        .end(body)
    })
    const { 'content-length': __, ...answered } = answer.headers
    // It says everywhere where it believes to be.
    const isDocument = /^\/(\.well-known|config)\//.test(incoming.url ?? '')
    const bytes = await bytesOf(answer)
    outgoing.writeHead(answer.statusCode ?? 502, answered)
    outgoing.end(isDocument ? String(bytes).replaceAll(endpoint, `http://${host}`) : bytes)
  }

  return proxy
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
