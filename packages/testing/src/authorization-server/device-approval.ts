// The person's side of the device flow (RFC 8628 section 3.3), by HTTP: the code is entered, then confirmed or refused.

import { createUserAgent } from '../user-agent.js'
import { refusedNotice } from './device-pages.js'

/**
 * Enters a user code at the server's verification page and answers it.
 *
 * @param answer `confirm` to let the device in, `abort` to refuse it.
 */
export async function answerUserCode(issuer: string, userCode: string, answer: 'confirm' | 'abort'): Promise<void> {
  const agent = createUserAgent()
  const page = `${issuer}/device`
  const form = await (await agent.request(page)).text()
  const xsrf = /name="xsrf" value="([^"]*)"/.exec(form)?.[1] ?? ''
  const response = await agent.request(page, {
    method: 'POST',
    body: new URLSearchParams({ xsrf, user_code: userCode, [answer]: 'yes' }),
  })
  const location = response.headers.get('location')
  if (location !== null) {
    await agent.followRedirects(new URL(location, page))
    return
  }
  const result = await response.text()
  if (answer === 'confirm' || !result.includes(refusedNotice)) throw new Error(`The user code was not taken: ${result}`)
}
