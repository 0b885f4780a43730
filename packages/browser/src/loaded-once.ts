import { AuthError } from '@flyte-js/core'

/** Something that is loaded, and made, when it is first wanted. */
export interface Loaded<Part> {
  (): Promise<Part>
  /** What came of it, without having it loaded. */
  ifWanted(): Promise<Part> | undefined
}

/**
 * Has a part of the client loaded once it is used, so that a page which does not use it does not load it.
 *
 * @throws AuthError `FLYTE_AUTH_LOGIN_UNAVAILABLE` where its code cannot be loaded; the next time it is tried again
 */
export function loadedOnce<Code, Part>(
  load: () => Promise<Code>,
  make: (code: Code) => Part | Promise<Part>,
): Loaded<Part> {
  let wanted: Promise<Part> | undefined
  const want = () => {
    if (wanted) return wanted
    const loading = load().then(make, notLoaded)
    loading.catch(() => {
      wanted = undefined
    })
    wanted = loading
    return loading
  }
  return Object.assign(want, { ifWanted: () => wanted })
}

function notLoaded(cause: unknown): never {
  const message =
    'A part of this page could not be loaded: the network failed, or a newer release of the page has taken its place. Try again, or reload the page'
  throw new AuthError('FLYTE_AUTH_LOGIN_UNAVAILABLE', message, { cause })
}
