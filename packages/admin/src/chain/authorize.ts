import type { Clock, TokenSource } from '@flyte-js/core'
import { AdminError } from '../admin-error.js'
import type { HeaderChoice } from './header-choice.js'
import type { Call, Credential, Handler } from './link.js'

/** What {@link authorize} needs. */
export interface AuthorizeOptions {
  /** Who has tokens. */
  tokenSource: TokenSource
  /** Waits for the first 401 before it asks for a token, as flytekit does. */
  afterFirstRefusal: boolean
  /** Which header carries the token. */
  headerChoice: HeaderChoice
  clock: Clock
}

/** Requests beyond the first that a token may cost a call: one with a renewed token, one with the other header. */
const mostRenewals = 2

/**
 * Adds the token; where it is refused, renews it once, and then puts it into the other header once.
 *
 * Flyte Admin says 401 to a token that has ended, to one without the scope and to one that a proxy has taken out alike. So each
 * remedy is tried once, and then the refusal is final.
 */
export function authorize(options: AuthorizeOptions, next: Handler): Handler {
  const { tokenSource, afterFirstRefusal, headerChoice, clock } = options
  let isAsked = !afterFirstRefusal
  let last: Credential | undefined

  return async (call) => {
    if (!isAsked) {
      const answer = await unlessRefused(call)
      if (!isRefusal(answer)) return answer
      isAsked = true
    }
    const accessToken = await tokenFor(call)
    const answer = await unlessRefused(call, credentialOf(await headerChoice.current(), accessToken))
    return isRefusal(answer) ? remedy(call, accessToken, answer) : answer
  }

  async function remedy(call: Call, rejected: string, first: AdminError): Promise<unknown> {
    const accessToken = await tokenFor(call, rejected)
    let refusal = first
    if (accessToken !== rejected && call.renewals < mostRenewals) {
      call.renewals += 1
      const answer = await unlessRefused(call, credentialOf(await headerChoice.current(), accessToken))
      if (!isRefusal(answer)) return answer
      refusal = answer
    }
    const header = call.renewals < mostRenewals && (await headerChoice.otherThan(call.credential as Credential))
    if (!header) throw refusal
    call.renewals += 1
    try {
      const answer = await unlessRefused(call, credentialOf(header, accessToken))
      if (!isRefusal(answer)) {
        headerChoice.use(header)
        return answer
      }
    } catch (error) {
      call.signal?.throwIfAborted()
      // Any other word of Flyte Admin's means that the token was taken.
      if (!(error instanceof AdminError) || error.grpcCode === undefined) throw refusal
      headerChoice.use(header)
      throw error
    }
    headerChoice.giveUp(accessToken)
    throw refusal
  }

  function credentialOf(header: string, accessToken: string): Credential {
    if (last?.accessToken !== accessToken || last.header !== header)
      last = { header, accessToken, value: `Bearer ${accessToken}` }
    return last
  }

  async function tokenFor(call: Call, rejected?: string): Promise<string> {
    const { signal, extension } = call
    const start = clock.monotonic()
    call.extension = Number.POSITIVE_INFINITY
    try {
      return (await tokenSource.getToken({ ...(signal && { signal }), ...(rejected !== undefined && { rejected }) }))
        .accessToken
    } finally {
      call.extension = extension + clock.monotonic() - start
    }
  }

  /** The answer, or the refusal of the token as a value. */
  async function unlessRefused(call: Call, credential?: Credential): Promise<unknown> {
    call.credential = credential
    try {
      return await next(call)
    } catch (error) {
      if (isRefusal(error)) return error
      throw error
    }
  }
}

function isRefusal(answer: unknown): answer is AdminError {
  return answer instanceof AdminError && answer.status === 401
}
