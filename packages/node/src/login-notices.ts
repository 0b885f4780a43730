import type { EventListener } from '@flyte-js/core'

/**
 * Tells a person what they would wonder about: why nothing happens, and where their login is kept unencrypted. What else happens
 * is for programs.
 *
 * @param print - tells a line, without its end
 * @param onEvent - hears everything as before
 */
export function withNotices(print: (line: string) => void, onEvent: EventListener | undefined): EventListener {
  let plaintext: string | undefined
  return (event) => {
    switch (event.type) {
      case 'store.waiting':
        print('Another process has this login in hand, and may be asking for it: waiting')
        break
      case 'store.plaintext':
        plaintext = event.location
        break
      case 'token.acquired':
        if (plaintext !== undefined)
          print(
            `The login is kept, unencrypted, in ${plaintext}, which only you can read. FLYTE_JS_TOKEN_STORE=memory keeps it in this process alone`,
          )
        plaintext = undefined
    }
    return onEvent?.(event)
  }
}
