// Whatever is written into a request is what the gateway reads, in every place of every route.
import type { HttpTransport } from '@flyte-js/core'
import { nodeHttpTransport } from '@flyte-js/core/node'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AdminError } from '../../src/admin-error.js'
import { callRpc } from './call-rpc.js'
import { decodeTarget } from './decode-target.js'
import { type ExpectedRequest, expectedRequests } from './expected-requests.js'
import { startWireServer, type WireRequest, type WireServer } from './wire-server.js'

let server: WireServer
let transport: HttpTransport
beforeAll(async () => {
  server = await startWireServer()
  transport = nodeHttpTransport()
})
afterAll(async () => {
  transport.close?.()
  await server[Symbol.asyncDispose]()
})
beforeEach(() => server.clear())

/** Maps the texts within a message; names of fields stay. */
function mapTexts(value: unknown, map: (text: string, field: string) => unknown, field = ''): unknown {
  if (typeof value === 'string') return map(value, field)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map, field))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, mapTexts(each, map, field === '' ? name : `${field}.${name}`)]),
  )
}

const isEnum = (text: string) => /^[A-Z][A-Z_]+$/.test(text)
const segmentsOf = ({ sends }: ExpectedRequest) => decodeTarget(sends.split(' ')[1] ?? '').segments

/** The free texts of a row's path, by their fields. */
function pathTexts(row: ExpectedRequest): Map<string, string> {
  const segments = segmentsOf(row)
  const found = new Map<string, string>()
  mapTexts(row.request, (text, field) => {
    if (segments.includes(text) && !isEnum(text)) found.set(field, text)
    return text
  })
  // A body may have one text twice: in the path's field, and elsewhere.
  const seen = new Set<string>()
  return new Map([...found].filter(([, text]) => !seen.has(text) && seen.add(text)))
}

const rowsWithPath = expectedRequests.filter((row) => pathTexts(row).size > 0)

const hard = [
  '%2e%2e',
  '%2F',
  '%',
  '%%',
  '...',
  '..a',
  ' ',
  '+',
  ';',
  '&=',
  '\\',
  '?#',
  ':',
  '@',
  '*',
  '~',
  "'()!",
  '\u{1f40d}',
  '\ufeff',
  'e\u0301',
  '\u202e',
]
const anyText = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.constantFrom(...hard, '/', '..', '.', 'a/../b'),
)
const anySegment = anyText.filter((text) => !text.includes('/') && !/^\.\.?$/.test(text))

describe('any text', () => {
  it('arrives as it was written, in the path, the query and the body of every route', async () => {
    const anyRow = fc.constantFrom(...expectedRequests)
    await fc.assert(
      fc.asyncProperty(
        anyRow,
        fc.infiniteStream(anySegment),
        fc.infiniteStream(anyText),
        async (row, segments, texts) => {
          const inPath = new Set(pathTexts(row).values())
          const replacements = new Map<string, string>()
          const replace = (text: string): string => {
            if (isEnum(text)) return text
            const replacement = replacements.get(text) ?? (inPath.has(text) ? segments : texts).next().value
            replacements.set(text, replacement)
            return replacement
          }
          const request = mapTexts(row.request, replace) as object | undefined
          server.clear()
          await callRpc(server.url, row.rpc, request, { transport })

          const [sent] = server.requests as [WireRequest]
          const { segments: read, query } = decodeTarget(sent.target)
          expect(read).toEqual(
            segmentsOf(row).map((segment) => (inPath.has(segment) ? replacements.get(segment) : segment)),
          )
          const isText = (name: string) => !['limit', 'depth'].includes(name)
          expect(Object.fromEntries(query)).toEqual(
            Object.fromEntries(
              Object.entries(row.query ?? {}).map(([name, text]) => [name, isText(name) ? replace(text) : text]),
            ),
          )
          if (row.body) expect(JSON.parse(sent.body.toString())).toEqual(request)
        },
      ),
      { numRuns: 400 },
    )
  })
})

describe('the fields of paths', () => {
  it('are all found', () => {
    expect(rowsWithPath).toHaveLength(47)
    expect(rowsWithPath.flatMap((row) => [...pathTexts(row).keys()])).toHaveLength(142)
  })
})

describe.each(rowsWithPath)('the path of $rpc: $sends', (row) => {
  /** The fields without which there is another route. */
  const optional = new Set(
    expectedRequests
      .filter(({ rpc, sends }) => rpc === row.rpc && sends.length < row.sends.length)
      .flatMap((shorter) => [...pathTexts(row).keys()].filter((field) => !pathTexts(shorter).has(field))),
  )
  const requestWith = (changed: string, value: unknown) =>
    mapTexts(row.request, (text, field) => (field === changed ? value : text)) as object

  async function refusal(request: object): Promise<AdminError> {
    const error = await callRpc(server.url, row.rpc, request, { transport }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(AdminError)
    expect(error).toMatchObject({ code: 'FLYTE_ADMIN_REQUEST_INVALID', isRetryable: false })
    expect(server.requests).toEqual([])
    return error as AdminError
  }

  it('needs every one of its fields', async () => {
    for (const field of pathTexts(row).keys()) {
      if (optional.has(field)) continue
      for (const value of ['', undefined, null, Number.NaN, true, {}, []]) {
        expect((await refusal(requestWith(field, value))).message).toMatch(
          new RegExp(`^${row.rpc.split('.')[1]}: ${field} `),
        )
      }
    }
    await refusal({})
  })

  it('is refused a slash, which the gateway would take for the end of a segment, and dots, which lead elsewhere', async () => {
    for (const field of pathTexts(row).keys()) {
      for (const value of ['a/b', '/', '/..', '.', '..'])
        expect((await refusal(requestWith(field, value))).message).toContain(
          value.includes('/') ? 'list it with filters' : `cannot be "${value}"`,
        )
    }
  })
})

describe('an enum in a path', () => {
  const rows = expectedRequests.filter((row) => segmentsOf(row).some(isEnum))

  it('is there by its name, and needed', async () => {
    expect(rows.map(({ rpc }) => rpc)).toEqual([
      'admin.listNamedEntities',
      'admin.getNamedEntity',
      'admin.updateNamedEntity',
      'admin.getDescriptionEntity',
      'admin.listDescriptionEntities',
      'admin.listDescriptionEntities',
    ])
    for (const { rpc, request } of rows) {
      const without = mapTexts(request, (text, field) => (field.endsWith('resource_type') ? '' : text)) as object
      await expect(callRpc(server.url, rpc, without, { transport })).rejects.toMatchObject({
        code: 'FLYTE_ADMIN_REQUEST_INVALID',
        message: expect.stringContaining('resource_type is missing'),
      })
    }
    expect(server.requests).toEqual([])
  })
})

describe('a retry attempt', () => {
  const rows = expectedRequests.filter(({ rpc }) => /TaskExecution(Data)?$|ForTask$/.test(rpc))
  const withAttempt = (request: object | undefined, retry_attempt: unknown) => {
    const [[name, id]] = Object.entries(request ?? {}) as [[string, object]]
    return { ...request, [name]: { ...id, retry_attempt } }
  }

  it('is in the path also when it is 0, and needed', async () => {
    expect(rows).toHaveLength(3)
    for (const { rpc, request, sends } of rows) {
      for (const attempt of [0, 1, 4294967295]) {
        server.clear()
        await callRpc(server.url, rpc, withAttempt(request, attempt), { transport })
        expect(server.requests[0]?.target.split('?')[0]).toBe(sends.replace(/^GET (.*)\/\d$/, `$1/${attempt}`))
      }
      server.clear()
      for (const attempt of [undefined, null, ''])
        await expect(callRpc(server.url, rpc, withAttempt(request, attempt), { transport })).rejects.toThrow(
          'retry_attempt is missing',
        )
      expect(server.requests).toEqual([])
    }
  })
})
