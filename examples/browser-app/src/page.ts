// What a page of this app is made of.
import type { Flyte } from './flyte.js'

/** What a page is given. */
export interface PageContext {
  flyte: Flyte
  /** Ends with the page: what is on its way then is aborted. */
  signal: AbortSignal
  /** What can be done about an error, beside trying again. */
  signInAgain(): void
}

/** What a page shows. */
export interface PageContent {
  /** The document's title, and the heading. */
  title: string
  /** The way around, above the heading. */
  nav?: HTMLElement
  /** What is below the heading. */
  content: (Node | string)[]
}
