import type { DescMethod } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { itemsField, readBinding } from './services.mjs'

describe('readBinding', () => {
  const method = { methodKind: 'unary', toString: () => 'rpc x.Y.Z' } as DescMethod
  const rule = { pattern: { case: 'put', value: '/api/v1/projects/{id}' }, body: '*' }

  it('reads method, path and body', () => {
    expect(readBinding(method, rule)).toEqual({ method: 'PUT', path: '/api/v1/projects/{id}', body: '*' })
  })

  it.each([
    ['a method of its own', method, { ...rule, pattern: { case: 'custom', value: {} } }],
    ['a wildcard in the path', method, { ...rule, pattern: { case: 'get', value: '/v1/{name=projects/*}' } }],
    ['a verb behind the path', method, { ...rule, pattern: { case: 'get', value: '/v1/{id}:cancel' } }],
    ['a body that is one field', method, { ...rule, body: 'project' }],
    ['an answer that is one field', method, { ...rule, responseBody: 'project' }],
    ['a stream', { ...method, methodKind: 'server_streaming' } as DescMethod, rule],
  ])('stops at %s', (_, badMethod, badRule) => {
    expect(() => readBinding(badMethod, badRule)).toThrow('route table cannot say')
  })
})

describe('itemsField', () => {
  const message = (...fields: string[]) =>
    ({
      fields: fields.map((name) =>
        name.endsWith('[]') ? { name: name.slice(0, -2), fieldKind: 'list', listKind: 'message' } : { name },
      ),
    }) as unknown as DescMethod['input']
  const items = (input: DescMethod['input'], output: DescMethod['output']) => itemsField({ input, output })

  it('is the one list of a page', () => {
    expect(items(message('limit', 'token'), message('tasks[]', 'token'))).toBe('tasks')
  })

  it('is empty where the answer does not come in pages', () => {
    expect(items(message('token'), message('tasks[]', 'token'))).toBe('')
    expect(items(message('limit'), message('tasks[]', 'token'))).toBe('')
    expect(items(message('limit', 'token'), message('tasks[]'))).toBe('')
    expect(items(message('limit', 'token'), message('token'))).toBe('')
    expect(items(message('limit', 'token'), message('tasks[]', 'others[]', 'token'))).toBe('')
  })
})
