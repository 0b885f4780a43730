// Answers of a test's own, in place of a server's.
import { type HttpAnswer, jsonAnswer } from './http-exchange.js'
import type { RecordedRequest } from './recorded-requests.js'
import { createRequestRules, type RequestPredicate } from './request-rules.js'

/** An answer that a test gives. */
export interface InjectedAnswer {
  /** By default 200. */
  status?: number
  /** Headers beside the `content-type` that the body gives. None by default. */
  headers?: Record<string, string>
  /** A string or bytes as they are; anything else as JSON. */
  body?: unknown
}

/** Makes an answer to a request; `undefined` leaves it to the server. */
export type AnswerHandler = (
  request: RecordedRequest,
) => InjectedAnswer | Response | undefined | Promise<InjectedAnswer | Response | undefined>

/** Takes answers and gives them out. */
export interface InjectedAnswers {
  /**
   * Answers matching requests with the test's own answer. Later ones come first.
   *
   * @param predicate Which requests: a path, with whatever method but a browser's preflight, or a function.
   * @param handler The answer, or a function that makes it; a function may wait, and may return `undefined` to leave the request to the server.
   * @param times How often. By default always.
   * @returns A function that takes the answer back.
   *
   * @example
   * ```ts
   * import { startFlyteAdmin } from '@flyte-js/testing'
   *
   * await using admin = await startFlyteAdmin()
   * admin.answer('/api/v1/projects', { status: 503, body: { code: 14, message: 'down', details: [] } }, 2)
   * ```
   */
  answer(predicate: RequestPredicate, handler: AnswerHandler | InjectedAnswer | Response, times?: number): () => void
  /** The injected answer to a request, if there is one. */
  answerTo(request: RecordedRequest): Promise<HttpAnswer | undefined>
}

/** Makes an empty list of answers. */
export function createInjectedAnswers(): InjectedAnswers {
  const rules = createRequestRules<AnswerHandler>()
  return {
    answer(predicate, handler, times = Number.POSITIVE_INFINITY) {
      const handle =
        typeof handler === 'function' ? handler : () => (handler instanceof Response ? handler.clone() : handler)
      return rules.add(predicate, handle, times)
    },
    async answerTo(request) {
      for (const handle of rules.rulesFor(request)) {
        const given = await handle(request)
        if (given !== undefined) return toHttpAnswer(given)
      }
      return undefined
    },
  }
}

/** An answer of a test's own as it goes out. */
export async function toHttpAnswer(given: InjectedAnswer | Response): Promise<HttpAnswer> {
  if (given instanceof Response) {
    return {
      status: given.status,
      headers: Object.fromEntries(given.headers),
      body: new Uint8Array(await given.arrayBuffer()),
    }
  }
  const { status = 200, headers = {}, body } = given
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    return { status, headers, ...(body !== undefined && { body }) }
  }
  return jsonAnswer(status, body, headers)
}
