// The portal at a Flyte Admin whose authorization server is another one, a real Flyte Admin where the environment names it: stage.ts.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ExternalStage, startExternalStage } from './stage.js'
import { type Visit, visit } from './visit.js'

let stage: ExternalStage
let url: string
let browser: Visit
beforeEach(async () => {
  stage = await startExternalStage()
  url = stage.instances[0]?.url ?? ''
  browser = visit(stage, url)
})
afterEach(() => stage.close())

const eventsOf = (type: string) =>
  stage.instances.flatMap(({ events }) => events.filter((event) => event.type === type))
const statusWith = async (cookie: string) => (await fetch(`${url}/api/v1/projects`, { headers: { cookie } })).status

describe('a Flyte Admin with an external authorization server', () => {
  it('takes the tokens of a portal that signs people in there, also those of a renewal, and is left by a sign-out', async () => {
    expect((await browser.callAdmin()).status).toBe(401)
    expect((await browser.signIn()).href).toBe(`${stage.origin}/projects`)
    expect(await browser.page()).toContain('<h1>Test User</h1>')
    const { projects } = (await (await browser.callAdmin()).json()) as { projects: { id: string }[] }
    expect(projects.map(({ id }) => id)).toEqual(expect.arrayContaining(['flytesnacks']))
    const old = browser.lastCookie()
    expect(old.length).toBeLessThan(1000)

    await stage.endTokens()
    expect(await browser.callAdminAtOnce(50)).toEqual(Array(50).fill(200))
    expect(stage.refreshes()).toBe(1)
    expect(await browser.page()).toContain('<h1>Test User</h1>')

    expect((await browser.signOut()).status).toBe(303)
    expect(await browser.page()).toContain('Nobody is signed in.')
    expect((await browser.callAdmin()).status).toBe(401)
    expect(await statusWith(old)).toBe(401)
    // Flyte Admin's metadata has no revocation endpoint: the provider's own was found all the same.
    expect(eventsOf('session.ended')).toEqual([{ type: 'session.ended', reason: 'logout', revoked: true }])
  })

  it('takes nobody twice by one callback', async () => {
    await browser.signIn()
    const { cookie, answer } = browser.lastCallback()
    const replay = await fetch(url + answer, { headers: { cookie }, redirect: 'manual' })
    expect([replay.status, await replay.json()]).toEqual([400, { code: 'FLYTE_AUTH_CALLBACK_REPLAYED' }])
    expect((await browser.callAdmin()).status).toBe(200)
  })
})
