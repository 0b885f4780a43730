// A person at the app, by mouse or by keyboard.
import axe from 'axe-core'
import type { Page } from 'playwright'
import { expect } from 'vitest'

/** Signs in from the page that offers it. */
export async function signIn(tab: Page, way: 'token' | 'session'): Promise<void> {
  const label = { token: 'Sign in with a token', session: "Sign in with Flyte's session" }[way]
  await tab.getByRole('button', { name: label }).click()
  await tab.getByRole('heading', { name: 'Projects', level: 1 }).waitFor()
}

/** Presses Tab, or Shift+Tab, until something has the focus, and sees to it that each stop on the way can be seen. */
export async function tabTo(
  tab: Page,
  name: string,
  role: 'link' | 'button',
  key: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<void> {
  const wanted = tab.getByRole(role, { name, exact: true })
  for (let presses = 0; presses < 40; presses++) {
    await tab.keyboard.press(key)
    const stop = await tab.evaluate(() => {
      const { activeElement } = document
      if (activeElement === null) return undefined
      const { outlineStyle, outlineWidth } = getComputedStyle(activeElement)
      return { outline: `${outlineStyle} ${outlineWidth}`, html: activeElement.outerHTML.slice(0, 100) }
    })
    expect(stop?.outline, `the focus cannot be seen on ${stop?.html}`).toMatch(/^(solid|auto) [^0]/)
    if (await wanted.evaluateAll((elements) => elements.includes(document.activeElement as never))) return
  }
  throw new Error(`${name} cannot be reached by keyboard`)
}

/** What axe finds wrong with the page as it is now. */
export async function violations(tab: Page): Promise<string[]> {
  await tab.evaluate(axe.source)
  return tab.evaluate(async () => {
    const found = await (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] })
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
    )
  })
}
