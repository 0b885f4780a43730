import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { Response as CrossFetchResponse } from 'cross-fetch'
import fc from 'fast-check'
import * as oauth from 'oauth4webapi'
import { describe, expect, test } from 'vitest'
import { rejectionOf } from '../test/server.js'
import { FlyteError } from './flyte-error.js'
import { safeCause } from './safe-cause.js'

const canary = 'canary-7f3a'

/** Everything that a logger could print of it. */
const printed = (error: unknown) =>
  [inspect(error, { depth: 30, showHidden: true }), JSON.stringify(error), String(error), (error as Error).stack].join()

function thrownBy(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('It was expected to throw')
}

const server = { issuer: 'https://idp.example', token_endpoint: 'https://idp.example/token' }
const client = { client_id: 'ci' }
const answer = (body: unknown, init: ResponseInit = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    headers: { 'content-type': 'application/json' },
    ...init,
  })
const refusalOf = (response: Response) => rejectionOf(oauth.processClientCredentialsResponse(server, client, response))

describe('a secret in a foreign error stays there', () => {
  test('a token that oauth4webapi found malformed', async () => {
    const error = await refusalOf(answer({ access_token: canary, token_type: 7 }))
    expect(printed(error)).toContain(canary)
    const safe = safeCause(error)
    expect(printed(safe)).not.toContain(canary)
    expect(safe).toMatchObject({ name: 'OperationProcessingError', code: 'OAUTH_INVALID_RESPONSE' })
    expect((safe as Error).message).toMatch(/"token_type" property must be a string/)
  })

  test('a body that oauth4webapi could not parse: the SyntaxError behind quotes it', async () => {
    const error = await refusalOf(answer(canary))
    expect(printed(error)).toContain(canary)
    const safe = safeCause(error)
    expect(printed(safe)).not.toContain(canary)
    expect(safe).toMatchObject({
      code: 'OAUTH_PARSE_ERROR',
      cause: { name: 'SyntaxError', message: '(message withheld)' },
    })
  })

  test('what a server wrote into its error', async () => {
    const error = await refusalOf(answer({ error: 'invalid_grant', error_description: canary }, { status: 400 }))
    expect(printed(error)).toContain(canary)
    expect(printed(safeCause(error))).not.toContain(canary)
    expect(safeCause(error)).toMatchObject({ name: 'ResponseBodyError', code: 'OAUTH_RESPONSE_BODY_ERROR' })
  })

  test('a challenge, with the response that it came in', async () => {
    const headers = { 'www-authenticate': `Basic realm="${canary}"` }
    const error = await refusalOf(answer({ error: 'invalid_client' }, { status: 401, headers }))
    expect(printed(safeCause(error))).not.toContain(canary)
    expect(safeCause(error)).toMatchObject({ name: 'WWWAuthenticateChallengeError' })
  })

  test('JSON.parse, which quotes the text', () => {
    const error = thrownBy(() => JSON.parse(canary))
    expect(error.message).toContain('canary')
    expect(safeCause(error)).toMatchObject({ name: 'SyntaxError', message: '(message withheld)' })
    expect(printed(safeCause(error))).not.toContain('canary')
  })

  test('ERR_INVALID_URL, which has the text as its input', () => {
    const error = thrownBy(() => new URL(`http://h:99999/?token=${canary}`))
    expect(printed(error)).toContain(canary)
    expect(printed(safeCause(error))).not.toContain(canary)
  })

  test('ERR_INVALID_ARG_VALUE and ERR_INVALID_ARG_TYPE, which quote what they were given', () => {
    const value = thrownBy(() => Buffer.from(canary, canary as 'hex'))
    const type = thrownBy(() => Buffer.alloc(canary as unknown as number))
    const argument = Object.assign(new TypeError(`Received '${canary}'`), { code: 'ERR_INVALID_ARG_VALUE' })
    for (const error of [type, argument]) {
      expect(error.message).toContain('canary')
      expect(printed(safeCause(error))).not.toContain('canary')
    }
    expect((value as NodeJS.ErrnoException).code).toBe('ERR_UNKNOWN_ENCODING')
  })

  test('the FetchError of node-fetch, whose message has the whole URL', async () => {
    const response = new CrossFetchResponse('no json', { url: `http://h/?token=${canary}` } as ResponseInit)
    const error = await rejectionOf(response.json())
    expect(printed(error)).toContain(canary)
    expect(printed(safeCause(error))).not.toContain(canary)
  })

  test('an error of Redis, which quotes the command', () => {
    const error = Object.assign(new Error(`ERR unknown command 'SET', with args: '${canary}'`), { code: 'ERR' })
    expect(printed(safeCause(error))).not.toContain(canary)
  })

  test('whatever the error has beside name, code, message and cause', () => {
    const extra = fc.dictionary(
      fc.string().filter((key) => !/^(name|code|message|cause|stack|__proto__)$/.test(key)),
      fc.constant(canary),
    )
    fc.assert(
      fc.property(extra, fc.string(), fc.nat(4), (fields, code, depth) => {
        let error: Error = Object.assign(new Error('x ECONNRESET'), { code: 'ECONNRESET' }, fields)
        for (let level = 0; level < depth; level += 1) {
          error = Object.assign(new Error(canary, { cause: error }), { ...fields, code: `${canary}${code}` })
        }
        expect(printed(safeCause(error))).not.toContain(canary)
      }),
    )
  })

  test('any message of an error without a code of the system', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(Error, TypeError, RangeError, SyntaxError), (message, Kind) => {
        expect(safeCause(new Kind(message))).toMatchObject({ name: Kind.name, message: '(message withheld)' })
      }),
    )
  })
})

describe('what helps is kept', () => {
  test.each(['ECONNREFUSED', 'EIO', 'E2BIG', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'UND_ERR_SOCKET'])(
    'code and message of %s',
    (code) => {
      const safe = safeCause(Object.assign(new Error('what it says'), { code }))
      expect(safe).toMatchObject({ name: 'Error', code, message: 'what it says' })
    },
  )

  test.each(['AbortError', 'TimeoutError'])('the message of %s', (name) => {
    expect(safeCause(new DOMException('It ended.', name))).toMatchObject({ name, message: 'It ended.' })
  })

  test('one of ours, as it is', () => {
    const error = new FlyteError('FLYTE_INVALID_ARGUMENT', 'No.')
    expect(safeCause(error)).toBe(error)
  })

  test('the chain of causes', () => {
    const inner = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    expect(
      safeCause(new TypeError('fetch failed', { cause: new Error('other side closed', { cause: inner }) })),
    ).toMatchObject({
      name: 'TypeError',
      cause: { name: 'Error', cause: { code: 'ECONNRESET', message: 'read ECONNRESET' } },
    })
  })

  test('an error of another realm, as of ours', () => {
    const error = runInNewContext(
      `Object.assign(new TypeError('connect ECONNREFUSED'), { code: 'ECONNREFUSED', cause: new Error(canary) })`,
      { canary },
    )
    expect(error).not.toBeInstanceOf(Error)
    const safe = safeCause(error)
    expect(safe).toBeInstanceOf(Error)
    expect(safe).toMatchObject({ name: 'TypeError', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' })
    expect((safe as Error).cause).toMatchObject({ message: '(message withheld)' })
  })
})

test('causes that go round in a circle come to an end', () => {
  const error = new Error('a')
  error.cause = new Error('b', { cause: error })
  const levels: unknown[] = []
  for (let current = safeCause(error); current instanceof Error; current = current.cause) levels.push(current)
  expect(levels.length).toBeGreaterThan(2)
  expect(levels.length).toBeLessThan(20)
  expect(() => new FlyteError('FLYTE_INVALID_ARGUMENT', 'No.', { cause: error }).toJSON()).not.toThrow()
})

test('what is no error tells nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.constant(undefined),
        fc.array(fc.string()),
        fc.dictionary(fc.constantFrom('token', 'body'), fc.string()),
      ),
      (value) => {
        const safe = safeCause(value)
        expect(safe).toBeInstanceOf(Error)
        expect(safe).toMatchObject({ message: 'no Error' })
        expect(Object.keys(safe as Error)).toEqual([])
      },
    ),
  )
})

test('a cause that is no error is left out', () => {
  const safe = safeCause(new Error('x', { cause: { body: canary } }))
  expect((safe as Error).cause).toBeUndefined()
})
