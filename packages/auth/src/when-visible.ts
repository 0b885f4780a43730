/** The part of a page that is used here; where there is none, as in Node or a worker, nothing is to be waited for. */
interface Page {
  readonly visibilityState: string
  addEventListener(type: 'visibilitychange', listener: () => void): void
  removeEventListener(type: 'visibilitychange', listener: () => void): void
}

/**
 * Calls back whenever the page is seen again: its machine may have slept meanwhile, or its timers have stood still.
 *
 * @returns a function that ends it
 */
export function whenVisible(listener: () => void): () => void {
  const { document: page } = globalThis as { document?: Page }
  // Some servers and native apps have a `document` that is no page.
  if (typeof page?.addEventListener !== 'function') return () => {}
  const changed = () => {
    if (page.visibilityState === 'visible') listener()
  }
  page.addEventListener('visibilitychange', changed)
  return () => page.removeEventListener('visibilitychange', changed)
}
