import { FlyteError, networkFailure, originAndPath } from '@flyte-js/core'

/** What a check says of what it has found. */
export type Verdict = 'ok' | 'warning' | 'fault' | 'skipped'

/** What a check has found. No secret is in it. */
export interface Finding {
  readonly verdict: Verdict
  /** What is there. */
  readonly found: string
  /** How it is put right. */
  readonly cure?: string
}

/** All is well. */
export const ok = (found: string): Finding => ({ verdict: 'ok', found })

/** Something works, and may not for long, or not for everybody. */
export const warning = (found: string, cure: string): Finding => ({ verdict: 'warning', found, cure })

/** Something does not work. */
export const fault = (found: string, cure: string): Finding => ({ verdict: 'fault', found, cure })

/** To look would have made no sense. @param reason - behind 'because' */
export const skipped = (reason: string): Finding => ({ verdict: 'skipped', found: `because ${reason}` })

/**
 * An error as a fault. Messages of ours say in the first sentence what is wrong, and in the others how it is put right.
 *
 * @param cure - for an error that says none
 */
export function faultOf(error: unknown, cure: string): Finding {
  const text = FlyteError.isInstance(error) ? withoutOpenSsl(error.message) : reasonOf(error)
  const [, found = text, own = cure] = /^(.*?)\. (?=\p{Lu})(.*)$/su.exec(text) ?? []
  return fault(found, own)
}

/** Why a connection failed, in a few words. */
export const reasonOf = (error: unknown): string => withoutOpenSsl(networkFailure(error))

/** What OpenSSL says is half a line of its source files; Node's code for it says the same. */
const withoutOpenSsl = (text: string) => text.replace(/\s*\b[\dA-F]+:error:[^()]*\((\w+)\)/g, ' $1').trim()

/** A URL for people. */
export const placeOf = (url: string | URL): string => originAndPath(url).replace(/\/$/, '')
