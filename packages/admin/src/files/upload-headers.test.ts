import { expect, it } from 'vitest'
import { headersOf } from './upload-headers.js'

it('are those that Flyte Admin signed, but for what is the connection’s', () => {
  const headers = { 'Content-Length': '24', Host: 'x', 'Content-MD5': 'm', 'x-amz-meta-flyteContentMD5': 'm' }
  const expected = { 'content-md5': 'm', 'x-amz-meta-flytecontentmd5': 'm' }
  expect(headersOf({ headers, native_url: 's3://bucket/a' }, 'm')).toEqual(expected)
})

it('have the digest where Flyte Admin does not say so', () => {
  expect(headersOf({ headers: {}, native_url: 's3://bucket/a' }, 'm')).toEqual({ 'content-md5': 'm' })
  expect(headersOf({ headers: { 'Content-MD5': '' }, native_url: 's3://bucket/a' }, 'm')).toEqual({
    'content-md5': 'm',
  })
})

it('have what Azure cannot do without', () => {
  const azure = { 'content-md5': 'm', 'x-ms-blob-type': 'BlockBlob' }
  expect(headersOf({ headers: {}, native_url: 'abfs://container/a' }, 'm')).toEqual(azure)
})
