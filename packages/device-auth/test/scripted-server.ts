// An authorization server behind a Flyte Admin that does what no good one does, as a test says.
import type { ServerResponse } from 'node:http'
import type { TestClock } from '@flyte-js/testing'
import { startServer } from '../../core/test/server.js'

/** An answer: a JSON body with its status, or whatever a test does with the response. */
export type Answer = { status?: number; json: unknown } | ((response: ServerResponse, form: URLSearchParams) => void)

/** What was asked, and when. */
export interface Asked {
  at: number
  form: Record<string, string>
}

/** A device code that must not be seen anywhere. */
export const deviceCode = 'canary-device-code/+=é'

/** What a device authorization endpoint answers, if not told otherwise. */
export const authorization = {
  device_code: deviceCode,
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://login.example.com/device',
  verification_uri_complete: 'https://login.example.com/device?user_code=WDJB-MJHT',
  expires_in: 600,
  interval: 5,
}

const refusal = (error: string, status = 400): Answer => ({ status, json: { error } })

/** Answers of a token endpoint. */
export const answers = {
  pending: refusal('authorization_pending'),
  slowDown: refusal('slow_down'),
  denied: refusal('access_denied'),
  expired: refusal('expired_token'),
  tokens: { json: { access_token: 'token', token_type: 'bearer', expires_in: 60, refresh_token: 'refresh' } },
  error500: { status: 500, json: { error: 'server_error' } },
  html:
    (status: number): Answer =>
    (response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Sorry</h1>')
    },
  cut: (response: ServerResponse) => {
    response.socket?.destroy()
  },
} satisfies Record<string, Answer | ((status: number) => Answer)>

/**
 * Starts one until the test ends.
 *
 * @param polls - what the token endpoint answers, one after another; the last one again and again
 */
export async function startScriptedServer(
  clock: TestClock,
  { polls = [answers.pending], device = { json: authorization } }: { polls?: readonly Answer[]; device?: Answer } = {},
) {
  const asked: Record<'device' | 'token', Asked[]> = { device: [], token: [] }
  const { origin, sockets, close } = await startServer(({ url = '' }, response, body) => {
    const form = new URLSearchParams(body)
    const reply = (answer: Answer) => {
      if (typeof answer === 'function') return answer(response, form)
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json))
    }
    const record = (list: Asked[]) => list.push({ at: clock.monotonic(), form: Object.fromEntries(form) })
    switch (url) {
      case '/.well-known/oauth-authorization-server':
        return reply({
          json: {
            issuer: origin,
            token_endpoint: `${origin}/token`,
            device_authorization_endpoint: `${origin}/device`,
          },
        })
      case '/config/v1/flyte_client':
        return reply({ json: { client_id: 'flytectl', scopes: ['all', 'offline'] } })
      case '/device':
        record(asked.device)
        return reply(device)
      case '/token':
        return reply(polls[Math.min(record(asked.token), polls.length) - 1] ?? answers.pending)
      default:
        return response.writeHead(404).end()
    }
  })
  return {
    endpoint: origin,
    sockets,
    close,
    asked,
    /** When it was polled, in seconds from the clock's start. */
    pollTimes: () => asked.token.map(({ at }) => at / 1000),
  }
}
