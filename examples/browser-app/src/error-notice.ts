// Errors as people see them: what is wrong, what to do, and the code to search for.
import { AdminError } from '@flyte-js/admin'
import { FlyteError } from '@flyte-js/core'
import { element } from './element.js'

const codes = 'https://github.com/flyte-js/flyte-js/blob/main/docs/errors.md'

/** Something that a person can do about an error, here and now. */
export interface Cure {
  label: string
  run(): void
}

/** Shows an error, and has it read out at once. The messages of flyte-js never hold a secret. */
export function errorNotice(title: string, error: unknown, cures: readonly Cure[] = []): HTMLElement {
  const message = error instanceof Error ? error.message : String(error)
  const buttons = cures.map(({ label, run }) => element('button', { type: 'button', click: run }, label))
  return element(
    'div',
    { class: 'notice bad', role: 'alert' },
    element('p', { class: 'notice-title' }, title),
    element('p', { class: 'notice-text' }, message),
    cureOf(error) && element('p', {}, cureOf(error)),
    FlyteError.isInstance(error) && codeLine(error),
    buttons.length > 0 && element('p', { class: 'actions' }, ...buttons),
  )
}

function codeLine(error: FlyteError): HTMLElement {
  const code = element('code', {}, error.code)
  const status = AdminError.isInstance(error) && error.grpcStatus !== undefined && ` (${error.grpcStatus})`
  const link = element('a', { href: codes, target: '_blank', rel: 'noreferrer' }, code)
  return element('p', { class: 'muted' }, 'Code: ', link, status)
}

/** What to do where the message is that of Flyte Admin, which says what is wrong but not what helps. Others say both. */
function cureOf(error: unknown): string | undefined {
  if (!AdminError.isInstance(error)) return undefined
  const { grpcStatus = '', isRetryable } = error
  if (grpcStatus === 'NOT_FOUND') return 'Check the address: it may have been removed, or never been there.'
  if (grpcStatus === 'PERMISSION_DENIED') return 'Ask the operator of this Flyte to let you do this.'
  return isRetryable ? 'That may pass: try again in a moment.' : undefined
}

/** Whether signing in again helps. */
export function isSignedOut(error: unknown): boolean {
  return FlyteError.isInstance(error) && ['FLYTE_ADMIN_UNAUTHENTICATED', 'FLYTE_AUTH_LOGGED_OUT'].includes(error.code)
}
