import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTabs, type Tabs } from '../../conformance/test/tabs.js'
import type * as TabPage from './tabs-page.js'

declare const page: typeof TabPage

let tabs: Tabs
beforeAll(async () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  tabs = await startTabs({ source: `export * from './tabs-page.js'`, folder })
})
afterEach(async () => {
  for (const tab of tabs.context.pages()) await tab.close()
})
afterAll(() => tabs.close())

/** Opens tabs with nothing stored. */
async function open(count: number): Promise<[Page, ...Page[]]> {
  const opened = await tabs.open(count)
  await opened[0]?.evaluate(async () => {
    localStorage.clear()
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name as string)
  })
  return opened as [Page, ...Page[]]
}

/**
 * Stops a tab as it stands: no timer and no message runs.
 *
 * @returns what lets it go on: it writes before it can hear of anything that has happened meanwhile, and says what came of that
 */
async function freeze(tab: Page): Promise<() => Promise<unknown>> {
  const session = await tabs.context.newCDPSession(tab)
  await session.send('Debugger.enable')
  const isPaused = new Promise((resolve) => session.once('Debugger.paused', resolve))
  const expression = 'debugger; page.letGo()'
  const written = session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
  await isPaused
  return async () => {
    await session.send('Debugger.resume')
    return (await written).result.value
  }
}

const read = (tab: Page, name: TabPage.StoreName) => tab.evaluate((name) => page.read(name), name)
const eventTypes = (tab: Page) => tab.evaluate(() => page.events.map(({ type }) => type))

const shared = ['indexedDb', 'indexedDbWithoutWebLocks', 'local'] as const

describe.each([...shared, 'localWithoutWebLocks'] as const)('ten tabs on %s', (name) => {
  it('lose no update that was made under the lock', async () => {
    const times = name === 'localWithoutWebLocks' ? 1 : 5
    const opened = await open(10)
    await Promise.all(
      opened.map((tab) => tab.evaluate(([name, times]) => page.increment(name, times), [name, times] as const)),
    )
    await expect
      .poll(() => Promise.all(opened.map((tab) => read(tab, name))))
      .toEqual(Array(10).fill(String(10 * times)))
  })
})

describe.each(shared)('the lock of %s', (name) => {
  const hold = (tab: Page) => tab.evaluate((name) => page.hold(name, 'of the holder'), name)
  const increment = (tab: Page) => tab.evaluate((name) => page.increment(name, 1), name)
  const letGo = (tab: Page) => tab.evaluate(() => page.letGo())

  it.each(['closed', 'crashed'])('of a tab that was %s is had within 5 s', async (end) => {
    const [holder, waiter] = (await open(2)) as [Page, Page]
    await hold(holder)
    const start = performance.now()
    const waited = increment(waiter)
    if (end === 'closed') await holder.close()
    else {
      const session = await tabs.context.newCDPSession(holder)
      session.send('Page.crash').catch(() => {})
    }
    await waited
    expect(performance.now() - start).toBeLessThan(5000)
    expect(await read(waiter, name)).toBe('1')
  })

  it('of a frozen tab is taken by one of those who wait, within 5 s; the tab wakes and does not write', async () => {
    const [holder, ...waiters] = await open(4)
    await hold(holder)
    const wake = await freeze(holder)
    const start = performance.now()
    await Promise.all(waiters.map(increment))
    expect(performance.now() - start).toBeLessThan(5500)
    expect((await Promise.all(waiters.map(eventTypes))).flat()).toEqual(['store.lock-taken-over'])
    expect(await wake()).toBe('FLYTE_STORE_LOCK_LOST')
    await expect.poll(() => Promise.all([holder, ...waiters].map((tab) => read(tab, name)))).toEqual(Array(4).fill('3'))
  })

  it('of a tab that is alive is waited for, however long', async () => {
    const [holder, waiter] = (await open(2)) as [Page, Page]
    await hold(holder)
    const waited = increment(waiter)
    // Real time, since it is the browser that measures it: longer than a holder that is silent would be waited for.
    await new Promise((resolve) => setTimeout(resolve, 7000))
    await holder.evaluate((name) => page.write(name, '41'), name)
    await expect.poll(() => read(waiter, name)).toBe('41')
    expect(await letGo(holder)).toBe('written')
    await waited
    expect(await eventTypes(waiter)).toEqual([])
  })

  it('has other tabs hear of a change, not the one that made it', async () => {
    const [one, other] = (await open(2)) as [Page, Page]
    for (const tab of [one, other]) await tab.evaluate((name) => page.subscribe(name), name)
    await one.evaluate((name) => page.write(name, 'new'), name)
    await expect.poll(() => other.evaluate(() => page.countChanges())).toBe(1)
    expect(await read(other, name)).toBe('new')
    await other.evaluate((name) => page.remove(name), name)
    await expect.poll(() => one.evaluate(() => page.countChanges())).toBe(1)
    expect(await other.evaluate(() => page.countChanges())).toBe(1)
  })
})

describe('session storage', () => {
  /** A tab that starts with a copy of the other one's session storage. */
  async function duplicate(tab: Page): Promise<Page> {
    const opened = tabs.context.waitForEvent('page')
    await tab.evaluate(() => {
      window.open(location.href)
    })
    const twin = await opened
    await twin.waitForLoadState()
    return twin
  }
  const write = (tab: Page, accessToken: string) => tab.evaluate((text) => page.write('session', text), accessToken)
  const increment = (tab: Page) => tab.evaluate(() => page.increment('session', 1))

  it('of a duplicated tab follows its twin: a token that was renewed in one is not used in the other', async () => {
    const [tab] = (await open(1)) as [Page]
    await write(tab, '1')
    const twin = await duplicate(tab)
    const late = await duplicate(tab)
    const [stranger] = (await tabs.open(1)) as [Page]
    await write(stranger, '100')
    expect(await read(twin, 'session')).toBe('1')
    await twin.evaluate(() => page.subscribe('session'))

    await increment(tab)
    await expect.poll(() => read(twin, 'session')).toBe('2')
    expect(await twin.evaluate(() => page.countChanges())).toBe(1)
    // It was not listening yet, and asks before it does anything under the lock.
    await increment(late)
    await expect
      .poll(() => Promise.all([tab, twin, late].map((each) => read(each, 'session'))))
      .toEqual(['3', '3', '3'])
    await Promise.all([tab, twin, late, tab, twin, late].map(increment))
    await expect
      .poll(() => Promise.all([tab, twin, late].map((each) => read(each, 'session'))))
      .toEqual(['9', '9', '9'])

    await tab.evaluate(() => page.remove('session'))
    await expect.poll(() => read(twin, 'session')).toBe(undefined)
    await write(tab, 'another login')
    expect(await read(stranger, 'session')).toBe('100')
    expect(await read(twin, 'session')).toBe(undefined)
  })

  it("is locked for a tab's twins, and not for tabs that have a login of their own", async () => {
    const [tab, stranger] = (await open(2)) as [Page, Page]
    await write(tab, '1')
    await tab.evaluate(() => page.hold('session', '5'))
    const twin = await duplicate(tab)
    await increment(stranger)
    const waited = increment(twin)
    const countPending = () => twin.evaluate(async () => (await navigator.locks.query()).pending?.length)
    await expect.poll(countPending).toBeGreaterThan(0)
    expect(await read(twin, 'session')).toBe('1')
    expect(await tab.evaluate(() => page.letGo())).toBe('written')
    await waited
    expect(await read(twin, 'session')).toBe('6')
  })

  it('of a frozen tab is not written, once its twin has taken over', async () => {
    const [tab] = await open(1)
    await write(tab, '1')
    // Pages that one has opened stand still together; a tab that a person has duplicated has a process of its own.
    const [twin] = (await tabs.open(1)) as [Page]
    const copy = await tab.evaluate(() => Object.entries(sessionStorage))
    await twin.evaluate((items) => {
      for (const [name, value] of items) sessionStorage.setItem(name, value)
    }, copy)
    await tab.evaluate(() => page.hold('session', '2'))
    const wake = await freeze(tab)
    await increment(twin)
    expect(await wake()).toBe('FLYTE_STORE_LOCK_LOST')
    expect(await read(twin, 'session')).toBe('2')
  })
})

it('a page that may store nothing is told so', async () => {
  const [tab] = (await open(1)) as [Page]
  await tab.evaluate(() => {
    const frame = document.createElement('iframe')
    frame.sandbox.add('allow-scripts')
    frame.src = location.href
    document.body.append(frame)
  })
  const frame = await expect
    .poll(() => tab.frames()[1]?.url())
    .toBe(`${tabs.origin}/`)
    .then(() => tab.frames()[1])
  await frame?.waitForFunction(() => typeof page !== 'undefined')
  for (const name of ['session', 'local', 'indexedDb'] as const)
    expect(await frame?.evaluate((name) => page.failure(name), name)).toBe('FLYTE_STORE_UNAVAILABLE')
})
