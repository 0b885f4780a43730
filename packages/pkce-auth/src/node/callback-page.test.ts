import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CallbackPage, callbackPage } from './callback-page.js'

const place = 'flyte.example.com'
const pages: CallbackPage[] = [
  { kind: 'logged-in', place },
  { kind: 'failed', place },
  { kind: 'failed', place, why: 'access_denied' },
  { kind: 'no-answer', place },
  { kind: 'not-here', place },
]

describe.each(pages)('the page for $kind', (page) => {
  const { headers, body } = callbackPage(page)

  test('lets nothing in but its own style, which its policy names by its hash', () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(body)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    expect(body).not.toMatch(/<script|\son\w+=|style=|javascript:|href=|src=|url\(|@import/i)
  })

  test('stays in no cache, tells nobody its address and is taken for nothing else', () => {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-type': 'text/html; charset=utf-8',
    })
  })

  test('has a language, a title, one heading, and both schemes', () => {
    expect(body).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(body).toMatch(/<title>[^<]+ · Flyte<\/title>/)
    expect(body.match(/<h1>/g)).toHaveLength(1)
    expect(body).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
    expect(body).toContain('color-scheme: light dark')
    expect(body).toContain('@media (prefers-color-scheme: dark)')
    expect(body).toContain(place)
  })
})

test('says that the person is logged in, or what failed', () => {
  const { body } = callbackPage({ kind: 'logged-in', place })
  expect(body).toContain('You are logged in')
  expect(body).toContain('You may close this window')
  expect(callbackPage({ kind: 'failed', place, why: 'access_denied' }).body).toMatch(/The login failed.+access_denied/s)
})

test('what a server says is text, whatever it says', () => {
  const { body: plain } = callbackPage({ kind: 'failed', place, why: '' })
  const tags = (html: string) => html.match(/<[^>]*>/g)
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'<>"\'&/;#x scriptalt=') }), (text) => {
      const { body } = callbackPage({ kind: 'failed', place: text, why: text })
      expect(tags(body)).toEqual(tags(plain))
      const shown = body.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
      expect(shown).toContain(`<p class="why">${text}.</p>`)
    }),
  )
})
