import { afterAll, describe, expect, it } from 'vitest'
import { createBrowser, createPortal, origin, startProvider } from '../test/portal.js'

const provider = await startProvider()
afterAll(() => provider.close())

describe('a login', () => {
  it('goes to the provider and back, and gives a session until the logout', async () => {
    const portal = createPortal({ issuer: provider.issuer })
    const browser = createBrowser(portal)
    expect(await browser.me()).toBeNull()
    const home = await browser.logIn()
    expect(home.href).toBe(`${origin}/home`)
    expect(await browser.me()).toMatchObject({ user: { subject: 'user-1', name: 'Test User' } })
    const { status, headers } = await browser.request(`${origin}/logout`)
    expect(status).toBe(303)
    expect(headers.get('location')).toBe('/')
    expect(await browser.me()).toBeNull()
    expect(portal.events.map(({ type }) => type)).toEqual(['discovery.completed', 'session.started', 'session.ended'])
  })
})
