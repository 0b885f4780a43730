import { type EventListener, emit } from '@flyte-js/core'
import type { Credential } from './link.js'

/** Which of two headers carries the token. */
export interface HeaderChoice {
  /** The one to use, in lower case. */
  current(): Promise<string> | string
  /** The other one than that which was refused, where there is one and it is worth a try with this token. */
  otherThan(refused: Credential): Promise<string | undefined>
  /** Remembers the one that worked. */
  use(header: string): void
  /** Remembers a token that was refused in both. */
  giveUp(accessToken: string): void
}

/** What {@link createHeaderChoice} needs. */
export interface HeaderChoiceOptions {
  /** The one that the user has configured, in lower case. */
  configured: string | undefined
  /** Whether this is a page of another origin, where the default CORS of Flyte Admin lets only the advertised one through. */
  isForeignPage: boolean
  /** Asks Flyte Admin for the one that it advertises. */
  advertised(): Promise<string>
  onEvent: EventListener | undefined
}

const standard = 'authorization'

/**
 * Chooses between `authorization` and the name that is configured or advertised.
 *
 * What Flyte Admin advertises is the header of gRPC, which may be refused over HTTP, and a proxy may take `authorization` for itself:
 * so neither is right everywhere.
 */
export function createHeaderChoice(options: HeaderChoiceOptions): HeaderChoice {
  const { configured, isForeignPage, onEvent } = options
  let chosen = configured ?? (isForeignPage ? undefined : standard)
  let refusedInBoth: string | undefined
  let question: Promise<string | undefined> | undefined

  /** The advertised name; where nobody says one, the next call asks again. */
  function advertised(): Promise<string | undefined> {
    question ??= options.advertised().then(
      (name) => String(name ?? '').toLowerCase() || undefined,
      () => {
        question = undefined
        return undefined
      },
    )
    return question
  }

  return {
    current: () => chosen ?? advertised().then((name) => name ?? standard),
    async otherThan({ header, accessToken }) {
      if (accessToken === refusedInBoth) return undefined
      if (header !== standard) return standard
      const name = configured === undefined || configured === standard ? await advertised() : configured
      return name === standard ? undefined : name
    },
    use(header) {
      if (chosen === header) return
      chosen = header
      emit(onEvent, { type: 'admin.header-changed', header })
    },
    giveUp(accessToken) {
      refusedInBoth = accessToken
    },
  }
}
