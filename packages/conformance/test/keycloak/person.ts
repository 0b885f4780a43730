import { chromium, type Page } from 'playwright'
import { chromiumFlags } from '../../../../.config/chromium.js'
import { user } from './realm.js'

/** A person at a browser. */
export interface Person {
  readonly page: Page
  /** Opens a URL, e.g. the one that a login gives. */
  open(url: string): Promise<void>
  /** At Keycloak's login page: gives user name and password. */
  logIn(): Promise<void>
  /** At Keycloak's login page for somebody whom it knows already: gives the password. */
  logInAgain(): Promise<void>
  /** At Keycloak's page that asks whether a client may have what it wants. */
  answer(consent: 'yes' | 'no'): Promise<void>
  /** At Keycloak's device page: gives the code that the device shows. */
  enterUserCode(userCode: string): Promise<void>
  /** Waits until the page says something that matches. */
  reads(text: RegExp): Promise<void>
  /** Closes the browser profile. */
  leave(): Promise<void>
}

/** Chromium, and the people who use it. */
export interface People {
  /** A person with a browser profile of their own, who has not logged in anywhere yet. */
  newPerson(): Promise<Person>
  close(): Promise<void>
}

/** Starts a headless Chromium. */
export async function startPeople(): Promise<People> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags }).catch((error) => {
    throw new Error('Chromium does not start. Install: apt-get install chromium', { cause: error })
  })
  return {
    async newPerson() {
      const context = await browser.newContext()
      context.setDefaultTimeout(20_000)
      return personAt(await context.newPage())
    },
    close: () => browser.close(),
  }
}

/** The person who sits before a page. */
export function personAt(page: Page): Person {
  return {
    page,
    async open(url) {
      await page.goto(url)
    },
    async logIn() {
      await page.fill('input[name=username]', user.username)
      await page.fill('input[name=password]', user.password)
      await page.click('button[name=login]')
    },
    async logInAgain() {
      await page.fill('input[name=password]', user.password)
      await page.click('button[name=login]')
    },
    answer: (consent) => page.click(`button[name=${consent === 'yes' ? 'accept' : 'cancel'}]`),
    async enterUserCode(userCode) {
      await page.fill('input[name=device_user_code]', userCode)
      await page.click('button[type=submit]')
    },
    reads: (text) => page.getByText(text).first().waitFor(),
    leave: () => page.context().close(),
  }
}
