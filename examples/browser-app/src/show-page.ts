// Puts pages into the document, one after the other.
import { element } from './element.js'
import { errorNotice, isSignedOut } from './error-notice.js'
import type { PageContent, PageContext } from './page.js'

const main = document.getElementById('main') as HTMLElement
let ending = new AbortController()

/** Shows a page: at once that it is loading, then itself, or why it cannot be shown. The page before it ends. */
export async function showPage(
  load: (signal: AbortSignal) => PageContent | Promise<PageContent>,
  { signInAgain }: Pick<PageContext, 'signInAgain'>,
): Promise<void> {
  ending.abort()
  ending = new AbortController()
  const { signal } = ending
  main.setAttribute('aria-busy', 'true')
  const page: PageContent = await loaded(load, signal).catch((error: unknown) => {
    const again = { label: 'Try again', run: () => void showPage(load, { signInAgain }) }
    const cures = isSignedOut(error) ? [{ label: 'Sign in again', run: signInAgain }, again] : [again]
    return { title: 'That did not work', content: [errorNotice('This page could not be loaded', error, cures)] }
  })
  if (signal.aborted) return
  const heading = element('h1', { tabindex: -1 }, page.title)
  document.title = `${page.title} · Flyte`
  main.replaceChildren(...(page.nav ? [page.nav] : []), heading, ...page.content)
  main.removeAttribute('aria-busy')
  // As after a load of a whole page: who reads by ear or goes by keyboard begins at the top.
  heading.focus({ preventScroll: true })
  scrollTo(0, 0)
}

async function loaded(
  load: (signal: AbortSignal) => PageContent | Promise<PageContent>,
  signal: AbortSignal,
): Promise<PageContent> {
  return load(signal)
}
