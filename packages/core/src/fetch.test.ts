import { describe, expect, test, vi } from 'vitest'
import { describeFetch } from '../test/fetch-suite.js'
import { rejectionOf } from '../test/server.js'
import { createFetch } from './fetch.js'
import type { Fetch } from './fetch-contract.js'
import { FlyteError } from './flyte-error.js'

describe('createFetch over the fetch of the platform', () => {
  describeFetch(createFetch)
})

/** A fetch that answers with these, in order, and remembers what it was asked. */
function answering(...answers: Response[]) {
  const fetch = vi.fn<Fetch>(async () => answers.shift() ?? new Response('no more answers', { status: 500 }))
  return { fetch, asked: () => fetch.mock.calls.map(([url, init]) => ({ url: String(url), ...init })) }
}

const redirect = (location: string, status = 302) => new Response(null, { status, headers: { location } })

/** What a browser gives for a redirect that it was told not to follow. */
const opaqueRedirect = () => Object.create(Response.error(), { type: { value: 'opaqueredirect' } }) as Response

describe('createFetch over any other', () => {
  test('from https to http goes nobody', async () => {
    const { fetch } = answering(redirect('http://flyte.example/'))
    expect(await rejectionOf(createFetch({ fetch })('https://flyte.example/login?secret'))).toMatchObject({
      code: 'FLYTE_HTTP_REDIRECT_REFUSED',
      message: 'https://flyte.example/login answered with a redirect that is not followed: it leaves https',
    })
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  test('from http to https goes everybody, as to another origin', async () => {
    const { fetch, asked } = answering(redirect('https://flyte.example/'), new Response('safe'))
    const response = await createFetch({ fetch })('http://flyte.example/', {
      headers: { authorization: 'secret', accept: 'a' },
    })
    expect(await response.text()).toBe('safe')
    expect(asked()[1]).toMatchObject({ url: 'https://flyte.example/', headers: { accept: 'a' } })
    expect(asked()[1]?.headers).not.toHaveProperty('authorization')
  })

  test('a subdomain, another port and a relative scheme are other origins', async () => {
    for (const location of ['https://a.flyte.example/', 'https://flyte.example:8443/', '//evil.example/']) {
      const { fetch, asked } = answering(redirect(location), new Response())
      await createFetch({ fetch })('https://flyte.example/', { headers: { authorization: 'secret' } })
      expect(asked()[1]?.headers).toEqual({})
    }
  })

  test('what was lost on the way out does not come back on the way home', async () => {
    const { fetch, asked } = answering(
      redirect('https://evil.example/'),
      redirect('https://flyte.example/'),
      new Response(),
    )
    await createFetch({ fetch })('https://flyte.example/', { headers: { authorization: 'secret' } })
    expect(asked()[2]).toMatchObject({ url: 'https://flyte.example/', headers: {} })
  })

  test('every request is sent with redirect: manual and a signal', async () => {
    const { fetch, asked } = answering(redirect('/a'), new Response())
    await createFetch({ fetch })('https://flyte.example/')
    expect(asked()).toMatchObject([
      { redirect: 'manual', signal: expect.any(AbortSignal) },
      { redirect: 'manual', signal: expect.any(AbortSignal) },
    ])
  })

  describe('a redirect that a browser hides', () => {
    test('is followed by the browser when nothing secret is on board', async () => {
      const { fetch, asked } = answering(opaqueRedirect(), new Response('arrived'))
      const response = await createFetch({ fetch })('https://flyte.example/', { headers: { accept: 'a' } })
      expect(await response.text()).toBe('arrived')
      expect(asked()[1]).toMatchObject({ url: 'https://flyte.example/', redirect: 'follow', headers: { accept: 'a' } })
    })

    test.each([
      ['a header', { headers: { authorization: 'secret' } }],
      ['a body', { method: 'POST', body: 'client_secret=secret' }],
      ["redirect: 'error'", { redirect: 'error' } as const],
    ])('is refused with %s', async (_, init) => {
      const { fetch } = answering(opaqueRedirect(), new Response('arrived'))
      expect(await rejectionOf(createFetch({ fetch })('https://flyte.example/', init))).toMatchObject({
        code: 'FLYTE_HTTP_REDIRECT_REFUSED',
        message: expect.stringContaining('the browser hides where it leads'),
      })
      expect(fetch).toHaveBeenCalledTimes(1)
    })

    test("is handed over with redirect: 'manual', as oauth4webapi asks", async () => {
      const { fetch } = answering(opaqueRedirect())
      const response = await createFetch({ fetch })('https://flyte.example/', { redirect: 'manual' })
      expect([response.type, response.status]).toEqual(['opaqueredirect', 0])
    })
  })

  test('a signal that is aborted already keeps it from being asked', async () => {
    const { fetch } = answering(new Response())
    expect(
      await rejectionOf(createFetch({ fetch })('https://flyte.example/', { signal: AbortSignal.abort('no') })),
    ).toBe('no')
    expect(fetch).not.toHaveBeenCalled()
  })

  test('an error of ours comes through as it is', async () => {
    const error = new FlyteError('FLYTE_INVALID_ARGUMENT', 'No.')
    const fetch: Fetch = async () => {
      throw error
    }
    expect(await rejectionOf(createFetch({ fetch })('https://flyte.example/'))).toBe(error)
  })

  test('a fetch that throws instead of rejecting is caught', async () => {
    const fetch: Fetch = () => {
      throw new TypeError('canary')
    }
    const error = await rejectionOf(createFetch({ fetch })('https://flyte.example/'))
    expect(error).toMatchObject({ code: 'FLYTE_HTTP_UNREACHABLE', message: expect.not.stringContaining('canary') })
  })
})
