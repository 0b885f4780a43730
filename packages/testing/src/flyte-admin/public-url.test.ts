import { expect, test } from 'vitest'
import { publicUrl } from './public-url.js'

const authorized = ['http://localhost:80', 'http://localhost:8088', 'http://127.0.0.1:8088']

test('the host and port decide, then the host, then the first', () => {
  expect(publicUrl('localhost:8088', authorized)).toBe('http://localhost:8088')
  expect(publicUrl('127.0.0.1:9', authorized)).toBe('http://127.0.0.1:8088')
  expect(publicUrl('flyte.example.com', authorized)).toBe('http://localhost:80')
  expect(publicUrl('a.example:1', ['https://a.example', 'http://a.example:1'])).toBe('https://a.example')
  expect(publicUrl('a.example:1', [])).toBe('https://a.example:1')
})
