import { type Fetch, type HttpTransport, headerRecord, type TokenSource } from '@flyte-js/core'

/** A second token, for what stands before Flyte Admin, e.g. an identity-aware proxy. */
export interface ProxyAuthorization {
  /** Who has it: the program of `credentials.proxy_command`. */
  tokens: TokenSource
  /** The origins that get it: Flyte Admin's own, and those that were named. */
  origins: ReadonlySet<string>
}

/** Statuses by which the token may have been refused. Of a 401 nobody knows whose token it is about. */
const refusals = [401, 407]

/** A transport whose requests to these origins carry `proxy-authorization`; where that may have been refused, once more with a newer one. */
export function proxiedTransport(transport: HttpTransport, { tokens, origins }: ProxyAuthorization): HttpTransport {
  return {
    ...transport,
    async request(request) {
      if (!origins.has(originOf(request.url))) return transport.request(request)
      const { signal } = request
      const send = (accessToken: string) =>
        transport.request({
          ...request,
          headers: { ...request.headers, 'proxy-authorization': `Bearer ${accessToken}` },
        })
      return withToken(tokens, signal, send)
    },
  }
}

/** The same for the fetch of logins. A redirect to another origin takes it along nowhere: that is for the fetch below. */
export function proxiedFetch(fetch: Fetch, { tokens, origins }: ProxyAuthorization): Fetch {
  return async (url, init = {}) => {
    if (!origins.has(originOf(String(url)))) return fetch(url, init)
    const send = (accessToken: string) => {
      const headers = { ...headerRecord(init.headers), 'proxy-authorization': `Bearer ${accessToken}` }
      return fetch(url, { ...init, headers })
    }
    return withToken(tokens, init.signal ?? undefined, send)
  }
}

/** Sends once; a second time only with another token than the one that was refused. */
async function withToken<Answer extends { status: number }>(
  tokens: TokenSource,
  signal: AbortSignal | undefined,
  send: (accessToken: string) => Promise<Answer>,
): Promise<Answer> {
  const { accessToken } = await tokens.getToken({ signal })
  const answer = await send(accessToken)
  if (!refusals.includes(answer.status)) return answer
  const renewed = await tokens.getToken({ signal, rejected: accessToken })
  return renewed.accessToken === accessToken ? answer : send(renewed.accessToken)
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : '')
